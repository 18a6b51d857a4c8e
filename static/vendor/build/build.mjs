// Builds every file under static/vendor/ and tests/e2e/vendor/ from the
// packages pinned in package-lock.json. See README.md.
import { build } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
process.chdir(HERE);
const VENDOR = path.resolve(HERE, '..');
const AXE_OUT = path.resolve(VENDOR, '../../tests/e2e/vendor');
const LICENSES = path.join(VENDOR, 'licenses');
const mod = (...p) => path.join(HERE, 'node_modules', ...p);
const read = (f) => fs.readFileSync(f, 'utf8').replace(/\r\n/g, '\n');
const pkg = (name) => JSON.parse(read(mod(name, 'package.json')));
function write(file, text) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
}
const slug = (name) => name.replace(/^@/, '').replaceAll('/', '-');

for (const d of ['plotly', 'katex', 'licenses']) {
    fs.rmSync(path.join(VENDOR, d), { recursive: true, force: true });
}

// ---------------------------------------------------------------- plotly.js
const plotly = pkg('plotly.js');
const STACKGL = path.join('plotly.js', 'stackgl_modules', 'index.js');

// stackgl's module loader falls back to `new Function('return this')` in
// browsers that have no globalThis. None that we support; take it out so that
// the bundle has no dynamic code at all.
const noDynamicCode = {
    name: 'no-dynamic-code',
    setup(b) {
        b.onLoad({ filter: /stackgl_modules[\\/]index\.js$/ }, (args) => {
            const parts = read(args.path).split("this || new Function('return this')()");
            if (parts.length !== 2) throw new Error('stackgl loader changed: found ' + (parts.length - 1));
            return { contents: parts.join('globalThis'), loader: 'js' };
        });
    },
};

const usedBy = new Map(); // package -> set of bundles
for (const kind of ['2d', '3d']) {
    const name = `plotly-${kind}-${plotly.version}.min.js`;
    const traces = 'scatter, bar, heatmap, contour' + (kind === '3d' ? ', surface, scatter3d' : '');
    const result = await build({
        entryPoints: [`entry-${kind}.cjs`],
        outfile: path.join(VENDOR, 'plotly', name),
        bundle: true,
        format: 'iife',
        globalName: 'Plotly',
        minify: true,
        target: 'es2020',
        charset: 'ascii',
        legalComments: 'none', // full texts are in ../licenses
        alias: { regl: '@plotly/regl' },
        define: { global: 'window', 'define.amd': 'false' },
        loader: { '.css': 'empty' }, // only the map subplot needs CSS; not bundled
        plugins: [noDynamicCode],
        banner: {
            js: `/*! plotly.js ${plotly.version}, custom bundle: ${traces}; locale zh-CN.\n`
                + ' * Copyright Plotly Technologies Inc. and others; MIT and others, see ../LICENSES.md */',
        },
        metafile: true,
        logLevel: 'warning',
    });
    for (const out of Object.values(result.metafile.outputs)) {
        for (const [input, info] of Object.entries(out.inputs)) {
            const m = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
            if (!m || info.bytesInOutput === 0 || input.endsWith('.css')) continue;
            if (input.match(/node_modules/g).length !== 1) throw new Error('nested package: ' + input);
            if (!usedBy.has(m[1])) usedBy.set(m[1], new Set());
            usedBy.get(m[1]).add(kind);
        }
    }
    const text = read(path.join(VENDOR, 'plotly', name));
    if (/\bnew Function\b|[^.\w]Function\(|[^.\w]eval\(/.test(text)) throw new Error(name + ': dynamic code');
}

// -------------------------------------------------------------------- KaTeX
const katex = pkg('katex');
fs.cpSync(mod('katex/dist/katex.min.js'), path.join(VENDOR, 'katex/katex.min.js'));
const css = read(mod('katex/dist/katex.min.css'))
    .replace(/,url\(fonts\/[\w-]+\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g, '');
const fonts = [...css.matchAll(/url\(([^)]*)\)/g)].map((m) => m[1]);
if (!fonts.length || fonts.some((f) => !/^fonts\/[\w-]+\.woff2$/.test(f))) throw new Error('katex css: ' + fonts);
write(path.join(VENDOR, 'katex/katex.min.css'), css);
for (const f of new Set(fonts)) fs.cpSync(mod('katex/dist', f), path.join(VENDOR, 'katex', f));

// ----------------------------------------------------------------- axe-core
const axe = pkg('axe-core');
fs.mkdirSync(AXE_OUT, { recursive: true });
fs.cpSync(mod('axe-core/axe.min.js'), path.join(AXE_OUT, 'axe.min.js'));

// ----------------------------------------------------------------- licences
function licenseText(name) {
    const dir = mod(name);
    const files = fs.readdirSync(dir);
    const file = files.find((f) => /^(licen[sc]e|copying)(\.(md|txt))?$/i.test(f));
    if (file) return read(path.join(dir, file)).trim() + '\n';
    const p = pkg(name);
    const author = typeof p.author === 'string' ? p.author : `${p.author.name} <${p.author.email}>`;
    const readme = files.find((f) => /^readme/i.test(f));
    const section = readme && /\n#+ *licen[sc]e[^\n]*\n([\s\S]*?)(?=\n#+ |$)/i.exec(read(path.join(dir, readme)));
    const said = section ? section[1].trim() : '';
    if (said.includes('Permission is hereby granted')) return said + '\n';
    if (p.license !== 'MIT') throw new Error('no licence text: ' + name);
    const mit = read(mod('plotly.js/LICENSE'));
    return `${name} ships no licence file; its package.json says: MIT, author ${author}.\n`
        + (said ? `Its README says: ${said.replace(/\s+/g, ' ')}\n` : '')
        + '\n' + mit.slice(mit.indexOf('Permission is hereby granted')).trim() + '\n';
}
const put = (name, text) => write(path.join(LICENSES, name + '.txt'), text);

put('plotly', licenseText('plotly.js'));
put('katex', licenseText('katex'));
put('axe-core', licenseText('axe-core'));
put('axe-core-third-party', read(mod('axe-core/LICENSE-3RD-PARTY.txt')));
put('katex-fonts', 'KaTeX fonts\n'
    + 'Copyright (c) 2009-2010, Design Science, Inc. (www.mathjax.org)\n'
    + 'Copyright (c) 2014-2018 Khan Academy (www.khanacademy.org),\n'
    + 'with the font names (KaTeX_AMS, KaTeX_Main and so on) as Reserved Font Names.\n\n'
    + read('texts/OFL-1.1.txt'));

const rows = [...usedBy.keys()].filter((n) => n !== 'plotly.js').sort().map((n) => {
    const p = pkg(n);
    put(slug(n), licenseText(n));
    const where = usedBy.get(n).size === 2 ? '2d, 3d' : [...usedBy.get(n)][0];
    return `| ${n} | ${p.version} | ${p.license} | ${where} | [text](licenses/${slug(n)}.txt) |`;
});

// plotly.js ships its WebGL code (gl-*, ndarray-* ...) as one built file; the
// packages inside come from the lock file next to it.
const lock = JSON.parse(read(mod('plotly.js/stackgl_modules/package-lock.json'))).packages;
const inside = Object.entries(lock).filter(([k, v]) => k && !v.dev)
    .map(([k, v]) => `${k.replace(/.*node_modules\//, '')} ${v.version} ${v.license || '(not stated)'}`);
const stackgl = read(mod(STACKGL));
const notices = [...stackgl.matchAll(/\/\*(?:(?!\*\/)[\s\S])*?(?:@license|Copyright|Licensed under)[\s\S]*?\*\/|(?:^[ \t]*\/\/.*\n)+/gm)]
    .map((m) => m[0]).filter((t) => /@license|Copyright|Licensed under/.test(t) && t.length < 3000);
put('plotly-3d-stackgl', `plotly.js ${plotly.version} contains, as stackgl_modules/index.js, a build of the packages below\n`
    + '(those its lock file names outside its development tools; build-time helpers\namong them are not in the output). Used in the 3d bundle only.\n\n'
    + [...new Set(inside)].sort().join('\n')
    + '\n\nNotices found in that file\n==========================\n\n' + notices.join('\n\n')
    + '\n\nMIT\n===\n\n' + read(mod('plotly.js/LICENSE')).split('\n').slice(4).join('\n').trim()
    + '\n\nApache License 2.0\n==================\n\n' + read('texts/Apache-2.0.txt'));

write(path.join(VENDOR, 'LICENSES.md'), `# Third-party front-end files

Built by [build/](build/README.md); do not edit by hand.

| Files | Version | Licence | npm package | Text |
|---|---|---|---|---|
| plotly/plotly-2d-${plotly.version}.min.js, plotly/plotly-3d-${plotly.version}.min.js | ${plotly.version} | MIT (and the list below) | plotly.js | [plotly](licenses/plotly.txt) |
| katex/katex.min.js, katex/katex.min.css (font URLs reduced to woff2) | ${katex.version} | MIT | katex | [katex](licenses/katex.txt) |
| katex/fonts/*.woff2 (unchanged) | ${katex.version} | OFL-1.1 | katex | [katex-fonts](licenses/katex-fonts.txt) |
| tests/e2e/vendor/axe.min.js (tests only, not served) | ${axe.version} | MPL-2.0 | axe-core | [axe-core](licenses/axe-core.txt), [third party](licenses/axe-core-third-party.txt) |

## Inside the plotly bundles

| npm package | Version | Licence | Bundle | Text |
|---|---|---|---|---|
${rows.join('\n')}
| stackgl modules (prebuilt inside plotly.js) | ${plotly.version} | mostly MIT; Zlib, BSD, ISC, Apache-2.0 | 3d | [list and notices](licenses/plotly-3d-stackgl.txt) |
`);

for (const dir of ['plotly', 'katex']) {
    for (const f of fs.readdirSync(path.join(VENDOR, dir))) {
        const s = fs.statSync(path.join(VENDOR, dir, f));
        if (s.isFile()) console.log(`${dir}/${f} ${s.size}`);
    }
}
