/** The names of the topics in the reader's language. */
import { resource } from '$shared/api/resource.svelte';
import { language } from '$shared/i18n';
import { staff } from '../api';

/** Call while a component is being set up. */
export function topicNames(): (key: string) => string {
  const topics = resource((signal) => staff.topics(signal));
  return (key) => {
    const topic = topics.data?.results.find((one) => one.key === key);
    return topic ? (language.current === 'en' ? topic.name_en : topic.name_vi) : key;
  };
}
