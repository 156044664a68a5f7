import type { AuditAction } from "../core/audit-action.ts";
import type { Cipher } from "../crypto/cipher.ts";
import { PlatformError, type Platform } from "../platform/platform.ts";
import type { Failures } from "./failures.ts";
import type { GenerationFile } from "./generation.ts";
import { collectIdentities } from "./identities.ts";
import type { Manifest } from "./manifest.ts";
import type { Plan, PlannedFile, PlannedSecret } from "./plan.ts";
import { SopsFiles } from "./sops-files.ts";
import { renderTemplate } from "./templates.ts";

/** A file as planned, with its content. */
export type ContentFile = PlannedFile & GenerationFile;

/** What making contents takes. */
export interface ContentContext {
  readonly platform: Platform;
  readonly cipher: Cipher;
  readonly failures: Failures;
  readonly program: string;
  /** Waited for before a file is decrypted, with the file's path; default: nothing. */
  readonly audit?: (action: AuditAction, file: string) => Promise<void>;
  /** Takes a line for standard output. */
  print(line: string): void;
  /** Takes a line for standard error. */
  report(line: string): void;
}

/**
 * Decrypts all secrets and renders all templates, in memory.
 *
 * @returns secrets, then templates, in the order of the manifest; those that failed and are tolerated are not among them
 */
export async function makeFiles(plan: Plan, manifest: Manifest, context: ContentContext): Promise<ContentFile[]> {
  const contents = await decryptSecrets(plan.secrets, manifest, context);
  const secrets = plan.secrets.flatMap((secret): ContentFile[] => {
    const content = contents.get(secret);
    return content === undefined ? [] : [{ ...secret, content }];
  });
  return [...secrets, ...(await renderTemplates(plan, secrets, manifest, context))];
}

async function decryptSecrets(
  secrets: readonly PlannedSecret[],
  manifest: Manifest,
  context: ContentContext,
): Promise<ReadonlyMap<PlannedSecret, Uint8Array>> {
  const { audit, cipher, failures, report } = context;
  const files = new SopsFiles(context.platform);
  const { platform, texts, tried } = await collectIdentities(manifest, context);
  const options = { platform, cipher, identities: texts, triedIdentities: tried, askSecret: refuseToAsk, warn: report };
  const contents = new Map<PlannedSecret, Uint8Array>();
  for (const sharing of secretsByFile(secrets)) {
    const names = sharing.map(({ name }) => name);
    for (const secret of sharing) {
      const recorded = audit && { audit: (action: AuditAction) => audit(action, secret.sopsFile) };
      const content = await failures.tolerate(() => files.decrypt(secret, names, { ...options, ...recorded }));
      if (content !== undefined) contents.set(secret, content);
    }
  }
  return contents;
}

function secretsByFile(secrets: readonly PlannedSecret[]): Iterable<readonly PlannedSecret[]> {
  const byFile = new Map<string, PlannedSecret[]>();
  for (const secret of secrets) {
    const sharing = byFile.get(secret.sopsFile) ?? [];
    byFile.set(secret.sopsFile, sharing);
    sharing.push(secret);
  }
  return byFile.values();
}

/** Nobody sits before a machine that is starting. */
async function refuseToAsk(): Promise<never> {
  throw new PlatformError("secrets are installed without asking anybody for a passphrase");
}

async function renderTemplates(
  { templates }: Plan,
  secrets: readonly ContentFile[],
  { placeholders, secrets: all }: Manifest,
  { failures, report }: ContentContext,
): Promise<ContentFile[]> {
  const placeholderOf = (name: string): string => placeholders.get(name) ?? "";
  const values = new Map(secrets.map(({ name, content }) => [placeholderOf(name), content]));
  const missing = new Map(
    all.map(({ name }) => [placeholderOf(name), name] as const).filter(([placeholder]) => !values.has(placeholder)),
  );
  const rendered: ContentFile[] = [];
  for (const template of templates) {
    const { name, text } = template;
    const result = await failures.tolerate(() => renderTemplate(name, text, { values, missing }));
    if (result === undefined) continue;
    if (result.leftOver > 0) {
      report(`template ${name}: ${result.leftOver} placeholder(s) stand for no secret of this manifest`);
    }
    rendered.push({ ...template, content: result.content });
  }
  return rendered;
}
