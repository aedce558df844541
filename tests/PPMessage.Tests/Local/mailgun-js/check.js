// Uses the sandbox through Mailgun's own client. Stdin: what to do, as JSON; stdout: what came of it, as JSON.
const formData = require("form-data");
const Mailgun = require("mailgun.js").default ?? require("mailgun.js");

// Deprecation notices would mix with the result.
console.warn = () => {};

const shown = ({ status, details, message, type }) => ({ status, details, message, type });

const refusal = (promise) => promise.then((value) => ({ unexpected: value }), shown);

async function suppress(client, domain, address) {
  await client.suppressions.create(domain, "bounces", [{ address, code: "550", error: "full" }, { address: "b" + address }]);
  const one = await client.suppressions.get(domain, "bounces", address);
  const first = await client.suppressions.list(domain, "bounces", { limit: 1 });
  const next = await client.suppressions.list(domain, "bounces", { limit: 1, page: first.pages.next.page });
  await client.suppressions.destroy(domain, "bounces", address);
  const gone = await refusal(client.suppressions.get(domain, "bounces", address));
  return { code: one.code, error: one.error, pages: [first, next].map((page) => page.items.map((item) => item.address)), gone };
}

async function route(client, forward) {
  const created = await client.routes.create({ priority: 1, description: "d", expression: 'match_recipient("^js@")', action: [`forward("${forward}")`, "stop()"] });
  const updated = await client.routes.update(created.id, { priority: 2, expression: created.expression, description: "e", action: created.actions });
  const listed = await client.routes.list({ limit: 10 });
  const deleted = await client.routes.destroy(created.id);
  return { actions: created.actions, priority: updated.priority, listed: listed.map((one) => one.description), deleted: deleted.message };
}

async function hook(client, domain, url) {
  await client.webhooks.create(domain, "delivered", url);
  const all = await client.webhooks.list(domain);
  const got = await client.webhooks.get(domain, "delivered");
  const again = await refusal(client.webhooks.create(domain, "delivered", url));
  return { types: Object.keys(all), urls: got.urls, again };
}

/** What happened to a mail, once it is all there. */
async function eventsOf(client, domain, id) {
  const query = { "message-id": id.replace(/[<>]/g, ""), ascending: "yes", limit: 1 };
  for (let tries = 0; tries < 200; tries++) {
    const first = await client.events.get(domain, query);
    const next = await client.events.get(domain, { ...query, page: first.pages.next.page });
    if (first.items.length && next.items.length) return [...first.items, ...next.items].map((item) => item.event);
  }
  return [];
}

async function main() {
  let input = "";
  for await (const chunk of process.stdin) input += chunk;
  const { origin, key, domain, from, to, hookUrl } = JSON.parse(input);
  const mailgun = new Mailgun(formData);
  const client = mailgun.client({ username: "api", key, url: origin });
  const stranger = mailgun.client({ username: "api", key: "wrong", url: origin });
  const hooked = await hook(client, domain, hookUrl);
  const sent = await client.messages.create(domain, {
    from, to: [to], subject: "主题 👍", text: "hello", html: "<b>hello</b>", "h:Reply-To": from, "o:tag": ["a", "b"], "v:delivery": "42",
    attachment: [{ filename: "发票 1.pdf", data: Buffer.from([1, 2, 3]), contentType: "application/pdf" }],
  });
  const events = await eventsOf(client, domain, sent.id);
  const start = new Date(Date.now() - 3_600_000);
  const logs = await client.logs.list({
    start, end: new Date(Date.now() + 60_000), events: ["accepted", "delivered"], pagination: { sort: "timestamp:asc", limit: 10 },
    filter: { AND: [{ attribute: "domain", comparator: "=", values: [{ label: domain, value: domain }] }] },
  });
  const detail = await client.domains.get(domain);
  const result = {
    sent, events, hooked,
    logs: logs.items.map((item) => item.event),
    domains: (await client.domains.list()).map((one) => one.name),
    receiving: detail.receiving_dns_records.map((record) => record.value),
    verified: (await client.domains.verify(domain)).state,
    route: await route(client, hookUrl),
    suppressions: await suppress(client, domain, "gone@x.example"),
    noText: await refusal(client.messages.create(domain, { from, to, subject: "x" })),
    unknownDomain: await refusal(client.messages.create("other.example", { from, to, subject: "x", text: "x" })),
    malformedPath: await refusal(client.messages.create(`${domain}/x`, { from, to, subject: "x", text: "x" })),
    wrongKey: await refusal(stranger.domains.list()),
  };
  process.stdout.write(JSON.stringify(result));
}

main().catch((error) => {
  process.stderr.write(String(error.stack ?? error) + JSON.stringify(shown(error)));
  process.exitCode = 1;
});
