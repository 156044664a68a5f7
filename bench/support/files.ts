/** Records of five values each: texts of some length, an integer, a boolean. */
function records(values: number): Record<string, Record<string, string | number | boolean>> {
  const result: Record<string, Record<string, string | number | boolean>> = {};
  for (let index = 0; index < values / 5; index++) {
    result[`service_${index}`] = {
      user: `user-${index}`,
      password: `correct horse battery staple ${index}`,
      token: "0123456789abcdef".repeat(2),
      port: index,
      enabled: index % 2 === 0,
    };
  }
  return result;
}

/** A plain file with so many values. */
export function plainFile(values: number, format: "YAML" | "JSON"): string {
  const data = records(values);
  if (format === "JSON") return JSON.stringify(data, null, 2);
  const entries = Object.entries(data).map(([name, fields]) => {
    const lines = Object.entries(fields).map(([key, value]) => `    ${key}: ${value}`);
    return `${name}:\n${lines.join("\n")}\n`;
  });
  return entries.join("");
}

/** Bytes that look like those of any binary file. */
export function plainBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 2_654_435_761) >>> 13);
}
