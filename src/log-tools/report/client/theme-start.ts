import { applyStoredTheme } from './theme.js';

applyStoredTheme();
