/** Start the citizen entry. */
import '$shared/styles/tokens.css';
import '$shared/styles/base.css';
import { mount } from 'svelte';
import { language } from '$shared/i18n';
import App from './App.svelte';
import { registerWorker } from './worker/register';

await language.restore();
mount(App, { target: document.getElementById('app') as HTMLElement });
registerWorker();
