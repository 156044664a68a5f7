import { createServer } from "node:net";
import { join } from "node:path";
import { withTemporaryDirectory } from "./temporary-directory.ts";

/** Gives the line that answers a command; undefined closes the connection. */
export type AgentAnswers = (command: string) => string | undefined;

/** Calls `use` with the socket of something that speaks like gpg-agent, and the commands that it has got. */
export function withFakeAgent<Result>(
  answers: AgentAnswers,
  use: (socket: string, commands: readonly string[]) => Promise<Result>,
  greeting = "OK Pleased to meet you",
): Promise<Result> {
  return withTemporaryDirectory(async (folder) => {
    const path = join(folder, "S.gpg-agent");
    const commands: string[] = [];
    const server = createServer((socket) => {
      let pending = "";
      socket.on("error", () => undefined);
      socket.write(`${greeting}\n`);
      socket.on("data", (chunk) => {
        const lines = (pending + chunk.toString()).split("\n");
        pending = lines.pop() ?? "";
        for (const line of lines) {
          commands.push(line);
          const answer = answers(line);
          if (answer === undefined) socket.end();
          else socket.write(`${answer}\n`);
        }
      });
    });
    await new Promise<void>((done) => server.listen(path, done));
    try {
      return await use(path, commands);
    } finally {
      server.close();
    }
  });
}
