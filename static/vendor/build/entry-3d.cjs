'use strict';

// Everything in entry-2d.cjs plus the WebGL traces surface and scatter3d.
var Plotly = require('./entry-2d.cjs');

Plotly.register([
    require('plotly.js/lib/surface'),
    require('plotly.js/lib/scatter3d')
]);

module.exports = Plotly;
