// Shows a sheet again when there is no network: the last copy of the pages that allow it, for a day, and what they use.
"use strict";
const PAGES = "defi-sheets-1", DAY = 24 * 3600 * 1000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function keep(request, answer) {
  const box = await caches.open(PAGES);
  for (const old of await box.keys()) {
    const date = Date.parse((await box.match(old)).headers.get("date"));
    if (!(Date.now() - date < DAY)) await box.delete(old);
  }
  await box.put(request.url, answer);
}

self.addEventListener("fetch", (event) => {
  const request = event.request, at = new URL(request.url);
  if (request.method !== "GET" || at.origin !== self.location.origin) return;
  const piece = at.pathname.startsWith("/static/");
  if (!piece && request.mode !== "navigate") return;
  event.respondWith(
    fetch(request).then((answer) => {
      if (answer.ok && !answer.redirected && (piece || answer.headers.has("X-Keep-Offline"))) {
        event.waitUntil(keep(request, answer.clone()));
      }
      return answer;
    }).catch(async (away) => (await (await caches.open(PAGES)).match(request.url)) || Promise.reject(away))
  );
});
