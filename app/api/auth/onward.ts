/**
 * Returns a page that opens `url` by itself, with a link for browsers that do not. A redirect would not work: browsers count it as part of the form's submission,
 * so our pages' policy (`form-action 'self'`) would block an address of another site, and a submission that another site's form started would be sent without our cookies.
 */
export function onward(url: string, { title, words }: { title: string; words: string }): Response {
  const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title></head>
<body><main><h1>${escaped(title)}</h1><p><a href="${escaped(url)}">${escaped(words)}</a> if your browser does not do so by itself.</p></main></body>
</html>
`;
  return new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8", Refresh: `0; url=${url}` } });
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
