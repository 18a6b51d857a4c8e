'use strict';

// plotly.js with the traces scatter (part of the core), bar, heatmap and contour,
// and the zh-CN locale. esbuild wraps it so that it sets window.Plotly.
var Plotly = require('plotly.js/lib/core');

Plotly.register([
    require('plotly.js/lib/bar'),
    require('plotly.js/lib/heatmap'),
    require('plotly.js/lib/contour'),
    require('plotly.js/lib/locales/zh-cn')
]);

module.exports = Plotly;
