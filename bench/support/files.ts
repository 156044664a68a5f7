type Service = Readonly<Record<string, string | number | boolean>>;

/**
 * Environments of twenty services, of five values each: texts of some length, an integer, a boolean. sops puts a mapping of JSON together
 * piece by piece, in time that grows with the square of its size; so that no mapping is very large, as in files that people write.
 */
function environments(values: number): Record<string, Record<string, Service>> {
  const result: Record<string, Record<string, Service>> = {};
  for (let index = 0; index < values / valuesOfService; index++) {
    const environment = (result[`environment_${Math.floor(index / servicesOfEnvironment)}`] ??= {});
    environment[`service_${index}`] = {
      user: `user-${index}`,
      password: `correct horse battery staple ${index}`,
      token: "0123456789abcdef".repeat(2),
      port: index,
      enabled: index % 2 === 0,
    };
  }
  return result;
}

const valuesOfService = 5;
const servicesOfEnvironment = 20;

/** A plain file with so many values. */
export function plainFile(values: number, format: "YAML" | "JSON"): string {
  const data = environments(values);
  return format === "JSON" ? JSON.stringify(data, null, 2) : yamlLines(data, "").join("");
}

function yamlLines(data: object, indent: string): string[] {
  return Object.entries(data).flatMap(([key, value]) =>
    typeof value === "object"
      ? [`${indent}${key}:\n`, ...yamlLines(value as object, `${indent}    `)]
      : [`${indent}${key}: ${value}\n`],
  );
}

/** Bytes that look like those of any binary file. */
export function plainBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 2_654_435_761) >>> 13);
}
