import { nodeResolve } from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';

// tsc has already turned src/ into modules in build/: rollup reads those.
const minify = terser({ compress: { passes: 3, ecma: 2020 }, format: { comments: false, ecma: 2020 } });
// The module is read by bundlers and people: only the comments go, which the declarations have.
const tidy = terser({
  compress: false,
  mangle: false,
  format: { comments: false, beautify: true, indent_level: 2 },
});

export default [
  {
    input: 'build/index.js',
    external: ['ky', 'idb-keyval', 'nanoevents', 'workbox-window'],
    output: { file: 'dist/index.js', format: 'es', plugins: [tidy] },
  },
  {
    input: 'build/auto.js',
    plugins: [nodeResolve({ browser: true })],
    output: {
      file: 'dist/resilient-forms.min.js',
      format: 'iife',
      name: 'ResilientForms',
      plugins: [minify],
    },
  },
];
