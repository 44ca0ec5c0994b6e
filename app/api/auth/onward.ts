/**
 * Returns a page that goes on by itself, by a link where the browser does not. A redirect would count as the way of the form that was posted: the policy of our pages
 * (`form-action 'self'`) would end it at another site's address, and what another site's form began would come without our cookies.
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
