import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import axe from "axe-core";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { encryptSecrets, type KmsKey } from "../../src/index.ts";
import { awsKms } from "../../src/key-sources.ts";
import { browserPage } from "../../tools/browser-page/page.ts";
import { type PageServer, servePage, startChromium } from "../support/chromium.ts";
import { describeWithPrograms } from "../support/programs.ts";
import { withTemporaryDirectory } from "../support/temporary-directory.ts";

// A browser that starts beside other tests may take its time.
vi.setConfig({ hookTimeout: 60_000 });

const canary = "canary-5d1f";
const programs = ["chromium", "sops", "age", "age-plugin-batchpass", "ssh-keygen"] as const;

describeWithPrograms(programs, "the web page in Chromium", ({ chromium, sops, age, "ssh-keygen": sshKeygen }) => {
  let browser: Browser;
  let server: PageServer;
  let html: string;
  let identity: string;
  let recipient: string;
  let page: Page;
  /** What the console said, and errors that nobody caught. */
  let heard: string[];

  beforeAll(async () => {
    html = await browserPage();
    server = await servePage(html);
    browser = await startChromium(chromium);
    identity = await generateX25519Identity();
    recipient = await identityToRecipient(identity);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  beforeEach(async () => {
    page = await browser.newPage();
    heard = [];
    page.on("console", (message) => heard.push(message.text()));
    page.on("pageerror", (error) => heard.push(String(error)));
    server.requests.length = 0;
    await page.goto(server.url);
  });

  afterEach(async () => {
    await page.close();
    expect(heard).toEqual([]);
  });

  const encrypt = (name: string, text: string | Buffer, ...flags: string[]): Promise<Buffer> =>
    withTemporaryDirectory(async (folder) => {
      writeFileSync(join(folder, name), text);
      return execFileSync(sops, ["encrypt", "--age", recipient, ...flags, name], { cwd: folder });
    });

  const decrypt = (name: string, file: Buffer, key = identity): Promise<string> =>
    withTemporaryDirectory(async (folder) => {
      writeFileSync(join(folder, name), file);
      const env = { ...process.env, HOME: folder, SOPS_AGE_KEY: key };
      return execFileSync(sops, ["decrypt", name], { cwd: folder, env }).toString();
    });

  const keys = (): { name: string; mimeType: string; buffer: Buffer } => asUpload("keys.txt", `# a key\n${identity}\n`);

  async function give(zone: "file" | "identity" | "plain", file: ReturnType<typeof asUpload>): Promise<void> {
    await page.locator(`[data-input="${zone}"]`).setInputFiles(file);
  }

  async function open(name: string, file: Buffer): Promise<void> {
    await give("file", asUpload(name, file));
    await give("identity", keys());
    await page.getByText("MAC verified").first().waitFor();
  }

  async function edit(name: string, value: string): Promise<void> {
    const row = rowOf(name);
    await row.hover();
    await row.getByRole("button", { name: `Edit ${name}`, exact: true }).click();
    await row.getByLabel(`New value of ${name}`).fill(value);
    await row.getByRole("button", { name: "Keep" }).click();
  }

  function rowOf(name: string): Locator {
    return page.locator(`.row[data-key="${name}"]`);
  }

  async function save(button = "Save encrypted file"): Promise<Buffer> {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: button }).click(),
    ]);
    return readFileSync(await download.path());
  }

  async function problem(code: string): Promise<string> {
    const card = page.locator(`.problem[data-code="${code}"]`);
    await card.waitFor();
    await card.locator("summary").click();
    return card.innerText();
  }

  describe("opens, edits and saves what sops encrypted", () => {
    it.each([
      ["yaml", "secrets.yaml", `# note\na:\n    user: app\n    password: ${canary}\nb:\n    - 1\n    - c: true\n`],
      [
        "json",
        "secrets.json",
        `{\n\t"user": "app",\n\t"list": [\n\t\t1.5,\n\t\tnull\n\t],\n\t"password": "${canary}"\n}\n`,
      ],
      ["dotenv", "secrets.env", `# note\nuser=app\npassword=${canary}\n`],
      ["ini", "secrets.ini", `[section]\nuser     = app\npassword = ${canary}\n`],
    ])("%s: the other ciphertexts stay as they are", async (_, name, plain) => {
      const before = await encrypt(name, plain);
      await open(name, before);
      expect(await page.content()).not.toContain(canary);
      await rowOf("password").hover();
      await rowOf("password").getByRole("button", { name: "Reveal password" }).last().click();
      expect(await rowOf("password").locator("[data-value]").innerText()).toBe(canary);
      await edit("password", "changed here");
      expect(await page.locator(".count").innerText()).toBe("1 value changed");
      const after = await save();
      expect(await decrypt(name, after)).toBe(plain.replace(canary, "changed here"));
      const kept = new Set(envelopesOf(before));
      expect(envelopesOf(after).filter((envelope) => !kept.has(envelope))).toHaveLength(2);
      await page.getByText("1 value changed; ").waitFor();
    });

    it("a binary file, whose content is replaced by another one", async () => {
      await open("store.p12", await encrypt("store.p12", Buffer.from([0, 0xff, 1])));
      expect(await rowOf("data").innerText()).toContain("bytes");
      await rowOf("data").locator('[data-input="content"]').setInputFiles(asUpload("new", "in clear"));
      const after = await save();
      expect(await decrypt("store.p12", after)).toBe("in clear");
      await rowOf("data").hover();
      expect((await save("Save the decrypted content")).toString()).toBe("in clear");
    });

    it("adds and removes values in any document, and keeps the layout", async () => {
      await withTemporaryDirectory(async (folder) => {
        const plain = "a:\n  b: 1\n  c: 2\nlist:\n  - one\n  # about two\n  - two\n---\nd: 1\n";
        writeFileSync(join(folder, "two.yaml"), plain);
        writeFileSync(join(folder, ".sops.yaml"), "stores:\n  yaml:\n    indent: 2\ncreation_rules: [{}]\n");
        const file = execFileSync(sops, ["encrypt", "--age", recipient, "two.yaml"], { cwd: folder });
        await open("two.yaml", file);
        await rowOf("c").hover();
        await page.getByRole("button", { name: "Remove c" }).click();
        await rowOf("list").hover();
        await page.getByRole("button", { name: "Add to list" }).click();
        await page.getByLabel("The new value", { exact: true }).fill("three");
        await page.getByRole("button", { name: "Keep" }).click();
        await page.getByRole("button", { name: "Add a value" }).last().click();
        await page.getByLabel("Name of the new value").fill("e");
        await page.getByLabel("Sort of value").selectOption("number");
        await page.getByLabel("The new value", { exact: true }).fill("12345678901234567");
        await page.getByRole("button", { name: "Keep" }).click();
        expect(await page.locator(".count").innerText()).toBe("3 values changed");
        const after = await save();
        expect(await decrypt("two.yaml", after)).toBe(
          "a:\n    b: 1\nlist:\n    - one\n    # about two\n    - two\n    - three\n---\nd: 1\ne: 12345678901234567\n",
        );
        const kept = new Set(file.toString().split("\n"));
        // `lastmodified` changes too, unless all of this took less than a second.
        const changed = after
          .toString()
          .split("\n")
          .filter((line) => !kept.has(line) && !line.trim().startsWith("lastmodified:"));
        expect(changed.map((line) => line.trim().split(":")[0]).filter((key) => !key?.startsWith("- "))).toEqual([
          "mac",
          "e",
          "mac",
        ]);
      });
    });

    it("again and again, also without the key, until the file is closed", async () => {
      await open("secrets.yaml", await encrypt("secrets.yaml", "a: 1\nb: 2\n"));
      await page.getByRole("button", { name: "Forget keys.txt" }).click();
      await edit("a", "10");
      await save();
      await edit("b", "20");
      expect(await decrypt("secrets.yaml", await save())).toBe("a: 10\nb: 20\n");
      await page.getByRole("button", { name: "Close file" }).click();
      await page.getByText("Drop your private key").waitFor();
    });

    it("undoes and discards", async () => {
      await open("secrets.env", await encrypt("secrets.env", "A=1\nB=2\n"));
      await edit("A", "x");
      await edit("A", "1");
      expect(await page.locator(".save-bar").isVisible()).toBe(false);
      await edit("A", "x");
      await rowOf("B").hover();
      await page.getByRole("button", { name: "Remove B" }).click();
      await page.getByRole("button", { name: "Undo the change of B" }).click();
      expect(await page.locator(".count").innerText()).toBe("1 value changed");
      await page.getByRole("button", { name: "Discard" }).click();
      await page.getByRole("button", { name: "Reveal all" }).click();
      expect(await rowOf("A").locator("[data-value]").innerText()).toBe("1");
    });
  });

  it("counts what goes with its mapping once, and folds the mapping", async () => {
    await open("secrets.yaml", await encrypt("secrets.yaml", "a:\n    b: 1\n    c: 2\nd: 3\n"));
    await edit("b", "10");
    await edit("c", "20");
    await rowOf("a").hover();
    await page.getByRole("button", { name: "Remove a" }).click();
    expect(await page.locator(".what p").allInnerTexts()).toEqual(["1 value changed", "a"]);
    await page.getByRole("button", { name: "Fold or unfold a" }).click();
    expect(await rowOf("b").isVisible()).toBe(false);
    await page.getByRole("button", { name: "Undo the removal of a" }).click();
    expect(await page.locator(".what p").allInnerTexts()).toEqual(["2 values changed", "b, c"]);
    await page.getByRole("button", { name: "Remove a" }).click();
    expect(await decrypt("secrets.yaml", await save())).toBe("d: 3\n");
  });

  it("says what is wrong with a value while it is typed, and with a file when it is saved", async () => {
    await open("secrets.yaml", await encrypt("secrets.yaml", "count: 1\nuntil: 2026-01-02T03:04:05Z\n"));
    await edit("count", "1x");
    await page.getByText("This is not a number.").waitFor();
    await rowOf("count").getByLabel("New value of count").fill("9223372036854775808");
    await rowOf("count").getByRole("button", { name: "Keep" }).click();
    await page.getByText("A whole number has at most 64 bits.").waitFor();
    await rowOf("count").getByLabel("Sort of value").selectOption("true or false");
    await rowOf("count").getByLabel("New value of count").selectOption("true");
    await rowOf("count").getByRole("button", { name: "Keep" }).click();
    await edit("until", "soon");
    await page.getByText("Write a time as").waitFor();
    await rowOf("until").getByLabel("New value of until").fill("2027-01-02T03:04:05Z");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Add a value" }).click();
    await page.getByLabel("Name of the new value").fill("count");
    await page.getByRole("button", { name: "Keep" }).click();
    await page.getByText("There is a value of this name.").waitFor();
    await page.getByLabel("Name of the new value").fill("sops");
    await page.getByRole("button", { name: "Keep" }).click();
    await page.getByRole("button", { name: "Save encrypted file" }).click();
    await problem("FILE_ALREADY_ENCRYPTED");
    await rowOf("sops").hover();
    await page.getByRole("button", { name: "Undo the change of sops" }).click();
    expect(await decrypt("secrets.yaml", await save())).toBe("count: true\nuntil: 2027-01-02T03:04:05Z\n");
  });

  describe("takes identities", () => {
    it("that are dropped with the file, anywhere and in any order", async () => {
      const file = await encrypt("secrets.yaml", "a: 1\n");
      await drop(page, "main", [
        ["keys.txt", identity],
        ["secrets.yaml", file.toString()],
      ]);
      await page.getByText("MAC verified").waitFor();
    });

    it("that are pasted, and leaves nothing of them in the page", async () => {
      await give("file", asUpload("secrets.yaml", await encrypt("secrets.yaml", "a: 1\n")));
      await page.getByPlaceholder("AGE-SECRET-KEY-1…").fill(identity);
      await page.keyboard.press("Enter");
      await page.getByText("MAC verified").waitFor();
      expect(await everythingIn(page)).not.toContain(identity.slice(20, 40));
    });

    it("that a passphrase of age protects, and says when it is wrong", async () => {
      const env = { ...process.env, AGE_PASSPHRASE: "correct horse", AGE_PASSPHRASE_WORK_FACTOR: "10" };
      const locked = execFileSync(age, ["-e", "-j", "batchpass"], { input: identity, env });
      await give("file", asUpload("secrets.yaml", await encrypt("secrets.yaml", "a: 1\n")));
      await give("identity", asUpload("keys.age", locked));
      await page.getByLabel("Passphrase", { exact: true }).fill("wrong");
      await page.keyboard.press("Enter");
      expect(await problem("COULD_NOT_RETRIEVE_KEY")).toContain("incorrect passphrase");
      await page.getByRole("button", { name: "Try again" }).click();
      await page.getByLabel("Passphrase", { exact: true }).fill("correct horse");
      await page.getByRole("button", { name: "Unlock" }).click();
      await page.getByText("MAC verified").waitFor();
    });

    it.each([
      ["ed25519", ""],
      ["ed25519", "correct horse"],
      ["rsa", ""],
    ])("that are SSH keys: %s, passphrase %j", (type, passphrase) =>
      withTemporaryDirectory(async (folder) => {
        const path = join(folder, "id");
        execFileSync(sshKeygen, ["-q", "-t", type, "-N", passphrase, "-C", "", "-f", path]);
        const publicKey = readFileSync(`${path}.pub`, "utf8").trim();
        writeFileSync(join(folder, "a.yaml"), "a: 1\n");
        const file = execFileSync(sops, ["encrypt", "--age", publicKey, "a.yaml"], { cwd: folder });
        await give("file", asUpload("a.yaml", file));
        await give("identity", asUpload("id", readFileSync(path)));
        if (passphrase !== "") {
          await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
          await page.keyboard.press("Enter");
        }
        await page.getByText("MAC verified").waitFor();
      }),
    );

    it("and forgets them, with all that they opened, when told", async () => {
      await open("secrets.yaml", await encrypt("secrets.yaml", `a: ${canary}\n`));
      await page.getByRole("button", { name: "Reveal all" }).click();
      await page.getByRole("button", { name: "Forget everything" }).click();
      await page.getByText("Drop your private key").waitFor();
      expect(await everythingIn(page)).not.toMatch(/canary|AGE-SECRET-KEY-1[^…]/);
    });
  });

  describe("shows nothing", () => {
    it("with an identity of someone else, and says for whom the file is", async () => {
      await give("file", asUpload("secrets.yaml", await encrypt("secrets.yaml", `a: ${canary}\n`)));
      await give("identity", asUpload("keys.txt", await generateX25519Identity()));
      const text = await problem("COULD_NOT_RETRIEVE_KEY");
      expect(text).toContain("It belongs to none of the recipients that the file names.");
      expect(text).toContain("is for other recipients");
      expect(text).toContain(recipient);
      expect(await page.locator(".tree").count()).toBe(0);
      await page.getByRole("button", { name: "Forget keys.txt" }).click();
      await give("identity", keys());
      await page.getByText("MAC verified").waitFor();
    });

    it("of a file whose values were removed", async () => {
      const file = await encrypt("secrets.yaml", `a: ${canary}\nb: 2\n`);
      await give("file", asUpload("secrets.yaml", file.toString().replace(/^b: .*\n/m, "")));
      await give("identity", keys());
      expect(await problem("MAC_MISMATCH")).toContain("Restore the file from version control");
      expect(await page.locator(".tree").count()).toBe(0);
      expect(await everythingIn(page)).not.toContain("canary");
    });

    it("of a file with a damaged value, and says which", async () => {
      const file = await encrypt("secrets.yaml", `a: ${canary}\nb: 2\n`);
      await give("file", asUpload("secrets.yaml", file.toString().replace(/(?<=^b: .*data:)[^,]+/m, "AAAA")));
      await give("identity", keys());
      expect(await problem("ERROR_DECRYPTING_TREE")).toContain('["b"]');
      expect(await everythingIn(page)).not.toContain("canary");
    });

    it("of a key that needs a network, but says what to do", async () => {
      const key: KmsKey = {
        kind: "kms",
        arn: "arn:aws:kms:eu-central-1:123456789012:alias/sops",
        role: "",
        context: {},
        awsProfile: "",
        createdAt: "2026-01-02T03:04:05Z",
        enc: "",
      };
      const keySources = {
        kms: awsKms({
          client: {
            encrypt: async ({ Plaintext }) => ({ CiphertextBlob: Plaintext }),
            decrypt: async ({ CiphertextBlob }) => ({ Plaintext: CiphertextBlob }),
          },
        }),
      };
      const file = await encryptSecrets({ a: 1 }, { format: "yaml", keyGroups: [[key]], keySources });
      await give("file", asUpload("kms.yaml", file));
      await page.getByText("AWS KMS").waitFor();
      await give("identity", keys());
      expect(await problem("COULD_NOT_RETRIEVE_KEY")).toContain("sops-ts decrypt FILE");
    });
  });

  describe("encrypts", () => {
    it("a file that is not encrypted yet, for recipients", async () => {
      await give("file", asUpload("plain.yaml", "# note\ntoken: t\nname: app\n"));
      expect(await problem("METADATA_NOT_FOUND")).toContain("sops metadata not found");
      await page.getByRole("button", { name: "Encrypt it instead" }).click();
      await page.getByLabel("Recipients, one a line").fill(`# me\n${recipient}\n`);
      await page.getByLabel("Encrypt", { exact: true }).selectOption("encryptedRegex");
      await page.getByLabel("Expression or suffix").fill("^token$");
      const file = await save("Encrypt and save");
      expect(file.toString()).toMatch(/^token: ENC\[.*\nname: app\n/m);
      expect(await decrypt("plain.yaml", file)).toBe("# note\ntoken: t\nname: app\n");
      expect(await page.getByLabel("Content").inputValue()).toBe("");
    });

    it("bytes that are no text", async () => {
      await page.getByRole("button", { name: "Encrypt new" }).click();
      await give("plain", asUpload("store.p12", Buffer.from([0, 0xff, 0x0d, 0x0a])));
      await page.getByLabel("Recipients, one a line").fill(recipient);
      const file = await save("Encrypt and save");
      await page.getByRole("button", { name: "Open", exact: true }).click();
      await open("store.p12", file);
      await rowOf("data").hover();
      expect(await save("Save the decrypted content")).toEqual(Buffer.from([0, 0xff, 0x0d, 0x0a]));
    });

    it("for nobody whose recipient is a private key, which it does not repeat", async () => {
      await page.getByRole("button", { name: "Encrypt new" }).click();
      await page.getByLabel("Content").fill("a: 1\n");
      await page.getByLabel("Recipients, one a line").fill(identity);
      await page.getByRole("button", { name: "Encrypt and save" }).click();
      const text = await problem("INVALID_MASTER_KEY");
      expect(text).toContain("a private key stands among the recipients");
      expect(text).not.toContain(identity.slice(20, 40));
    });
  });

  describe("keeps secrets to itself", () => {
    it("asks for nothing after it was loaded, and works without any network", async () => {
      await page.context().setOffline(true);
      await open("secrets.yaml", await encrypt("secrets.yaml", "a: 1\n"));
      await edit("a", "2");
      expect(await decrypt("secrets.yaml", await save())).toBe("a: 2\n");
      expect(server.requests).toEqual(["/"]);
    });

    it.each([
      ["fetch", "connect-src", "fetch('/leak').catch(() => undefined)"],
      ["a beacon", "connect-src", "navigator.sendBeacon('/leak', 'x')"],
      ["a web socket", "connect-src", "try { new WebSocket('ws://127.0.0.1:9/') } catch {}"],
      ["an image", "img-src", "new Image().src = '/leak'"],
      [
        "a style",
        "style-src-elem",
        "document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/leak' }))",
      ],
      [
        "a frame",
        "frame-src",
        "document.body.append(Object.assign(document.createElement('iframe'), { src: '/leak' }))",
      ],
      [
        "a form",
        "form-action",
        "{ const form = document.createElement('form'); form.action = '/leak'; document.body.append(form); form.submit(); }",
      ],
    ])("cannot send anything by %s", async (_, directive, attempt) => {
      const violation = page.evaluate(
        () =>
          new Promise<string>((done) => {
            document.addEventListener("securitypolicyviolation", (event) => done(event.effectiveDirective));
          }),
      );
      await page.evaluate(attempt);
      expect(await violation).toBe(directive);
      expect(server.requests).toEqual(["/"]);
      // The browser says so on its console.
      heard = heard.filter((text) => !/Content Security Policy/i.test(text));
    });

    it("makes nothing of a text that looks like HTML", async () => {
      const text = '<img src="/leak" onerror="alert(1)"><script>alert(1)</script>';
      await open("secrets.yaml", await encrypt("secrets.yaml", `"<b>x</b>": '${text}'\n`));
      await page.getByRole("button", { name: "Reveal all" }).click();
      expect(await page.locator("[data-value]").innerText()).toBe(text);
      expect(await page.locator(".tree img, .tree b").count()).toBe(0);
    });

    it("stores nothing, and has no secret in its address", async () => {
      await open("secrets.yaml", await encrypt("secrets.yaml", `a: ${canary}\n`));
      await page.getByRole("button", { name: "Reveal all" }).click();
      await edit("a", `${canary}-2`);
      await save();
      const stored = await page.evaluate(async () => ({
        local: { ...localStorage },
        session: { ...sessionStorage },
        databases: await indexedDB.databases(),
        caches: await caches.keys(),
        cookies: document.cookie,
        workers: (await navigator.serviceWorker.getRegistrations()).length,
        address: location.href,
        title: document.title,
      }));
      expect(stored).toMatchObject({ local: {}, session: {}, databases: [], caches: [], cookies: "", workers: 0 });
      expect(stored.address).toBe(server.url);
      expect(JSON.stringify(stored)).not.toContain("canary");
    });

    it("says what policy it is under", async () => {
      await page.getByRole("button", { name: "Nothing leaves this page" }).click();
      const text = await page.getByRole("dialog").innerText();
      for (const directive of ["default-src 'none'", "connect-src 'none'", "form-action 'none'", "base-uri 'none'"]) {
        expect(text).toContain(directive);
      }
      expect(/script-src '(?:self|unsafe)|https?:/.test(text)).toBe(false);
    });
  });

  it("works from a disk", () =>
    withTemporaryDirectory(async (folder) => {
      const path = join(folder, "index.html");
      writeFileSync(path, html);
      await page.goto(pathToFileURL(path).href);
      await open("secrets.yaml", await encrypt("secrets.yaml", "a: 1\n"));
      await edit("a", "2");
      expect(await decrypt("secrets.yaml", await save())).toBe("a: 2\n");
    }));

  it("is used with the keyboard alone", async () => {
    const file = await encrypt("secrets.yaml", "a:\n    b: one\n    c: two\n");
    await drop(page, "main", [
      ["secrets.yaml", file.toString()],
      ["keys.txt", identity],
    ]);
    await page.getByText("MAC verified").waitFor();
    const focused = (): Promise<string | undefined> =>
      page.evaluate(() => (document.activeElement as HTMLElement).dataset["key"]);
    while ((await focused()) !== "a") await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    expect(await rowOf("b").locator("[data-value]").innerText()).toBe("one");
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe("c");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("three");
    await page.keyboard.press("Control+Enter");
    expect(await focused()).toBe("c");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Delete");
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowLeft");
    expect(await rowOf("a").getAttribute("aria-expanded")).toBe("false");
    await page.getByRole("button", { name: "Save encrypted file" }).focus();
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    expect(await decrypt("secrets.yaml", readFileSync(await download.path()))).toBe("a:\n    c: three\n");
  });

  it.each(["light", "dark"] as const)("has no fault that axe finds, %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect(await faultsIn(page)).toEqual([]);
    await give(
      "file",
      asUpload("secrets.yaml", await encrypt("secrets.yaml", "# c\na:\n    b: one\n    c_unencrypted: 2\n")),
    );
    await page.getByText("Who can open it").waitFor();
    await give("identity", asUpload("keys.txt", await generateX25519Identity()));
    await problem("COULD_NOT_RETRIEVE_KEY");
    expect(await faultsIn(page)).toEqual([]);
    await give("identity", keys());
    await page.getByText("MAC verified").waitFor();
    expect(await faultsIn(page)).toEqual([]);
    await edit("b", "two");
    await rowOf("c_unencrypted").hover();
    await page.getByRole("button", { name: "Remove c_unencrypted" }).click();
    await page.getByRole("button", { name: "Add a value" }).click();
    expect(await faultsIn(page)).toEqual([]);
    await save();
    expect(await faultsIn(page)).toEqual([]);
    await page.getByRole("button", { name: "Nothing leaves this page" }).click();
    expect(await faultsIn(page)).toEqual([]);
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await page.getByRole("button", { name: "Encrypt new" }).click();
    expect(await faultsIn(page)).toEqual([]);
  });

  it("finds values by name, in what is folded as well", async () => {
    const many = Array.from({ length: 500 }, (_, index) => `    k${index}: v`).join("\n");
    await open("secrets.yaml", await encrypt("secrets.yaml", `a:\n    in:\n        deep: x\nb:\n${many}\n`));
    await page.getByLabel("Find a name").fill("deep");
    const visible = page.locator(".row:visible");
    await expect
      .poll(() => visible.evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset["key"])))
      .toEqual(["a", "in", "deep"]);
    await page.getByLabel("Find a name").fill("nowhere");
    await page.getByText("No name has this in it.").waitFor();
  });
});

function asUpload(name: string, content: string | Uint8Array): { name: string; mimeType: string; buffer: Buffer } {
  return { name, mimeType: "application/octet-stream", buffer: Buffer.from(content) };
}

function envelopesOf(file: Buffer): string[] {
  return file.toString().match(/ENC\[AES256_GCM,[^\]]*\]/g) ?? [];
}

/** What axe finds wrong for people who use assistive technology, with the places. */
async function faultsIn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(
    async () => (await (globalThis as unknown as { axe: typeof axe }).axe.run()).violations,
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** Drops files on an element, as a person does with the mouse. */
async function drop(
  page: Page,
  selector: string,
  files: readonly (readonly [name: string, text: string])[],
): Promise<void> {
  const transfer = await page.evaluateHandle((given) => {
    const made = new DataTransfer();
    for (const [name, text] of given) made.items.add(new File([text], name));
    return made;
  }, files);
  for (const type of ["dragenter", "dragover", "drop"]) {
    await page.dispatchEvent(selector, type, { dataTransfer: transfer });
  }
}

/** All texts of the page: its markup, and what is in its fields. */
async function everythingIn(page: Page): Promise<string> {
  const fields = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")].map(
      (field) => field.value,
    ),
  );
  return (await page.locator("body").innerHTML()).replace(/<script>[^]*<\/script>/, "") + fields.join("\n");
}
