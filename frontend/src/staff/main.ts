/** Start the staff entry. */
import '$shared/styles/tokens.css';
import '$shared/styles/base.css';
import '$shared/styles/fonts.css';
import { mount } from 'svelte';
import { language } from '$shared/i18n';
import App from './App.svelte';

document.documentElement.dataset.entry = 'staff';
await language.restore();
mount(App, { target: document.getElementById('app') as HTMLElement });
