// Uses the sandbox through Twilio's own client. Stdin: what to do, as JSON; stdout: what came of it, as JSON.
const twilio = require("twilio");

/** The client's own, with another origin in the place of https://api.twilio.com. */
class SandboxClient extends twilio.RequestClient {
  constructor(origin) {
    super();
    this.origin = origin;
  }

  request(options) {
    const { pathname, search } = new URL(options.uri);
    return super.request({ ...options, uri: this.origin + pathname + search });
  }
}

async function use({ origin, accountSid, authToken, from, to, statusCallback, smsUrl }) {
  const client = twilio(accountSid, authToken, { httpClient: new SandboxClient(origin) });
  const before = new Date(Date.now() - 60_000);
  const texts = ["one", "two 👍", "three"];
  const created = [];
  for (const body of texts) created.push(await client.messages.create({ from, to, body, statusCallback }));
  const fetched = await client.messages(created[1].sid).fetch();
  // Only what has been sent has a date.
  let listed = [];
  for (let tries = 0; listed.length < texts.length && tries < 200; tries++) {
    listed = await client.messages.list({ from, to, dateSentAfter: before, pageSize: 2 });
  }
  const none = await client.messages.list({ from, to, dateSentAfter: new Date(Date.now() + 3_600_000) });
  const numbers = await client.incomingPhoneNumbers.list({ phoneNumber: from });
  const updated = await client.incomingPhoneNumbers(numbers[0].sid).update({ smsUrl, smsMethod: "POST" });
  const refusal = await client.messages.create({ from, to: "+15005550001", body: "x" }).catch((error) => error);
  return {
    sids: created.map((message) => message.sid),
    dateCreated: created[0].dateCreated.toISOString(),
    fetchedBody: fetched.body,
    listedBodies: listed.map((message) => message.body),
    listedAfterNow: none.length,
    numbers: numbers.map((number) => number.phoneNumber),
    smsUrl: updated.smsUrl,
    refusal: { status: refusal.status, code: refusal.code, moreInfo: refusal.moreInfo },
  };
}

function validate({ authToken, signature, url, fields }) {
  return { valid: twilio.validateRequest(authToken, signature, url, fields), forged: twilio.validateRequest(authToken + "x", signature, url, fields) };
}

async function main() {
  let input = "";
  for await (const chunk of process.stdin) input += chunk;
  const { task, ...details } = JSON.parse(input);
  process.stdout.write(JSON.stringify(task === "use" ? await use(details) : validate(details)));
}

main().catch((error) => {
  process.stderr.write(String(error.stack ?? error));
  process.exitCode = 1;
});
