import './styles/tokens.css'
import './styles/base.css'

import { mount } from 'svelte'

import App from './app.svelte'

const target = document.getElementById('app')
if (!target) throw new Error('index.html has no place for the page')
mount(App, { target })
