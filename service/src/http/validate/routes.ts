import { Type } from "@fastify/type-provider-typebox";
import { faultsText, notesText } from "../../repository-yaml/faults-text.js";
import { notActedUpon } from "../../repository-yaml/not-yet.js";
import { type ReadYaml, readRepositoryYaml } from "../../repository-yaml/read-repository-yaml.js";
import type { RepositoryYamlFile } from "../../repository-yaml/schema/repository-yaml-file.js";
import { shownYaml } from "../../repository-yaml/shown-yaml.js";
import { LARGEST_YAML } from "../../repository-yaml/yaml-text.js";
import type { Service } from "../../service.js";
import type { Routes } from "../app.js";
import { readBodiesAsText } from "../bodies.js";
import { nestedFaults } from "./nested-faults.js";

const Query = Type.Object({ source: Type.Optional(Type.String()) });

/** `curl --data-binary @codecov.yml HOST/validate`: tells what is wrong with a repository's yaml. Needs no token. */
export const validateRoutes =
  ({ settings }: Service): Routes =>
  async (app) => {
    readBodiesAsText(app);

    for (const path of ["/validate", "/validate/v1", "/validate/v2"]) {
      app.get(path, { config: { errors: "text" } }, async (_request, reply) =>
        reply
          .type("text/plain; charset=utf-8")
          .send(`Usage:\n\ncurl --data-binary @codecov.yml ${settings.publicUrl}${path}\n`),
      );
    }

    for (const path of ["/validate", "/validate/v1"]) {
      app.post(path, { bodyLimit: LARGEST_YAML, config: { errors: "text" } }, async ({ body }, reply) => {
        const { status, text } = textAnswer(body as string);
        return reply.code(status).type("text/plain; charset=utf-8").send(text);
      });
    }

    app.post(
      "/validate/v2",
      { bodyLimit: LARGEST_YAML, schema: { querystring: Query }, config: { errors: "json" } },
      ({ body }, reply) => {
        const { status, answer } = jsonAnswer(body as string);
        return reply.code(status).send(answer);
      },
    );
  };

function textAnswer(text: string): { readonly status: number; readonly text: string } {
  if (text.trim() === "") return { status: 400, text: "No content posted.\n" };
  const read = readRepositoryYaml(text);
  if (read.yaml === null) return { status: 400, text: faultsText(read) };
  const notes = notesText(read);
  return {
    status: 200,
    text: `Valid!\n\n${JSON.stringify(shownYaml(read.yaml), null, 2)}\n${notes && `\n${notes}`}${notYet(read.yaml)}`,
  };
}

function notYet(yaml: RepositoryYamlFile): string {
  const sections = notActedUpon(yaml).join(", ");
  return (
    sections && `\nNothing follows yet from ${sections}: this version makes no statuses, comments or notifications.\n`
  );
}

function jsonAnswer(text: string): { readonly status: number; readonly answer: object } {
  if (text.trim() === "") return { status: 400, answer: { valid: false, message: "YAML is empty" } };
  const read = readRepositoryYaml(text);
  const notes = read.notes.length > 0 ? { notes: read.notes } : {};
  if (read.yaml !== null) {
    const idle = notActedUpon(read.yaml);
    const validated = {
      validated_yaml: shownYaml(read.yaml),
      ...(idle.length > 0 && { not_acted_upon: idle }),
      ...notes,
    };
    return { status: 200, answer: { valid: true, message: "YAML is valid", ...validated } };
  }
  return { status: 400, answer: { valid: false, ...(read.parsed ? wrong(read) : unreadable(read)), ...notes } };
}

function wrong({ faults }: ReadYaml): object {
  return {
    message: "YAML does not match the accepted schema",
    validation_error: nestedFaults(faults),
    errors: faults,
  };
}

function unreadable({ faults: [{ message, line, column }] }: ReadYaml): object {
  return { message: "YAML could not be parsed", parse_error: { problem: message, line, column } };
}
