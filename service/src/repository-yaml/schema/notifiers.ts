import {
  branches,
  flagNames,
  layout,
  list,
  named,
  oneOf,
  paths,
  percent,
  secret,
  section,
  text,
  yesOrNo,
} from "./parts.js";

const ofAny = {
  url: secret("an address"),
  branches: branches(),
  threshold: percent(),
  message: text("a text"),
  flags: flagNames(),
  base: oneOf("auto", "pr", "parent"),
  only_pulls: yesOrNo(),
  paths: paths(),
};

/** `coverage.notify`. */
export const notifiers = () =>
  section({
    slack: named(section({ ...ofAny, attachments: layout() })),
    webhook: named(section(ofAny)),
    email: named(section({ ...ofAny, to: list(secret("an email address")), layout: layout() })),
    irc: named(
      section({
        ...ofAny,
        channel: text("a channel"),
        server: text("a server"),
        password: secret("a password"),
        nickserv_password: secret("a password"),
        notice: yesOrNo(),
      }),
    ),
    gitter: named(section(ofAny)),
    hipchat: named(section({ ...ofAny, card: yesOrNo(), notify: yesOrNo() })),
  });
