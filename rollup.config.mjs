import nodeResolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';

// tsc has already turned src/ into modules in build/: rollup reads those.
const minify = terser({ compress: { passes: 2 }, format: { comments: false } });

export default [
  {
    input: 'build/index.js',
    external: ['ky', 'idb-keyval', 'nanoevents', 'workbox-window'],
    output: { file: 'dist/index.js', format: 'es' },
  },
  {
    input: 'build/auto.js',
    plugins: [nodeResolve({ browser: true })],
    output: { file: 'dist/resilient-forms.min.js', format: 'iife', name: 'ResilientForms', plugins: [minify] },
  },
];
