// Shows a sheet again when there is no network: the last copy of the pages that allow it, for a day, and what they use.
"use strict";
const PAGES = "defi-sheets-1", DAY = 24 * 3600 * 1000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function keep(address, answer) {
  const box = await caches.open(PAGES);
  for (const old of await box.keys()) {
    const date = Date.parse((await box.match(old)).headers.get("date"));
    if (!(Date.now() - date < DAY)) await box.delete(old);
  }
  await box.put(address, answer);
}

function isPiece(url) {
  return url.origin === self.location.origin && url.pathname.startsWith("/static/");
}
function mayBeKept(url, answer) {
  return answer.ok && !answer.redirected && (isPiece(url) || answer.headers.has("X-Keep-Offline"));
}

// The page that brought this program in, and its pieces, were fetched before it could see them.
async function fetchAndKeep(address) {
  const url = new URL(address);
  if (url.origin !== self.location.origin || !(isPiece(url) || url.pathname.startsWith("/feuilles/"))) return;
  const answer = await fetch(url.href, { credentials: "same-origin" });
  if (mayBeKept(url, answer)) await keep(url.href, answer);
}
self.addEventListener("message", (event) => {
  event.waitUntil(Promise.allSettled((event.data.keep || []).map(fetchAndKeep)));
});

self.addEventListener("fetch", (event) => {
  const request = event.request, at = new URL(request.url);
  if (request.method !== "GET" || at.origin !== self.location.origin) return;
  if (!isPiece(at) && request.mode !== "navigate") return;
  event.respondWith(
    fetch(request).then((answer) => {
      if (mayBeKept(at, answer)) event.waitUntil(keep(request.url, answer.clone()));
      return answer;
    }).catch(async (away) => (await (await caches.open(PAGES)).match(request.url)) || Promise.reject(away))
  );
});
