/** Repositories of packages: npm, deno, composer. */

import type { Repository } from "./repository.ts";

export const TURBO: Repository = {
  name: "a monorepo of pnpm and turbo",
  files: {
    "package.json": JSON.stringify({
      name: "acme",
      private: true,
      packageManager: "pnpm@9.15.4",
      scripts: {
        build: "turbo run build",
        dev: "turbo run dev",
        lint: "turbo run lint",
        test: "turbo run test",
        "check-types": "turbo run check-types",
        prepare: "husky",
        release: "turbo run build --filter=docs^... && changeset publish",
      },
      devDependencies: { turbo: "^2.4.0" },
    }),
    "pnpm-workspace.yaml": 'packages:\n  - "apps/*"\n  - "packages/**"\n  - "!**/fixtures/**"\n',
    "turbo.json": '{ "tasks": { "build": {} } }',
    "apps/web/package.json": '{ "name": "web", "scripts": { "dev": "next dev", "build": "next build" } }',
    "packages/ui/package.json": '{ "name": "@acme/ui", "scripts": { "test": "vitest", "pretest": "x" } }',
    "packages/ui/fixtures/a/package.json": '{ "name": "fixture", "scripts": { "test": "false" } }',
    "packages/config/package.json": '{ "name": "@acme/config" }',
    "README.md": "To start:\n\n```\npnpm install\npnpm dev\n```\n",
  },
  lists: {
    pnpm: {
      argv: ["npm", "run", "--json"],
      form: "json_keys",
      names: ["build", "dev", "lint", "test", "check-types", "prepare", "release"],
      notProposed: { "the package manager calls it": ["prepare"] },
    },
  },
  jobs: [
    "build: pnpm run build",
    "dev: pnpm run dev",
    "lint: pnpm run lint",
    "test: pnpm run test",
    "check-types: pnpm run check-types",
    "release: pnpm run release",
    "web-dev: pnpm run dev",
    "web-build: pnpm run build",
    "ui-test: pnpm run test",
  ],
};

export const YARN_MEMBER: Repository = {
  name: "a package in a workspace of yarn, with a byte order mark",
  files: {
    "package.json": '\ufeff{\r\n  "name": "@acme/core",\r\n  "scripts": {\r\n    "build": "tsc -b",\r\n' +
      '    "test": "echo \\"Error: no test specified\\" && exit 1",\r\n    "test:unit": "jest",\r\n' +
      '    "postbuild": "cp x y",\r\n    "//": "a comment"\r\n  }\r\n}\r\n',
    "../package.json": '{ "private": true, "workspaces": { "packages": ["core"] } }',
    "../yarn.lock": "",
  },
  lists: {
    yarn: {
      argv: ["npm", "run", "--json"],
      form: "json_keys",
      names: ["build", "test", "test:unit", "postbuild", "//"],
      notProposed: {
        "it is what npm init writes": ["test"],
        "the package manager calls it": ["postbuild"],
        "it is a comment": ["//"],
      },
    },
  },
  jobs: [
    "build: yarn run build",
    "test-unit: yarn run test:unit",
  ],
};

export const DENO: Repository = {
  name: "a workspace of deno, with tasks that are tables",
  files: {
    "deno.jsonc": String.raw`{
  // A comment, and "tasks": {} in it
  "workspace": ["./site", "tools/lint"],
  "tasks": {
    "test": "deno test --allow-all // no comment",
    "build": { "command": "deno run build.ts", "description": "Build all of it" },
    "all": { "dependencies": ["test", "build"] },
    "ok:ci": "deno fmt --check",
  },
}
`,
    "site/deno.json": '{ "tasks": { "dev": "deno run dev.ts" } }',
    "tools/lint/deno.json": '{ "name": "@acme/lint", "exports": "./mod.ts" }',
    "tools/lint/mod.ts": "export const a = 1;\n",
  },
  lists: { deno: { argv: ["deno", "task"], form: "dashes", names: ["test", "build", "all", "ok:ci"] } },
  jobs: [
    "test: deno task test",
    "build: deno task build",
    "all: deno task all",
    "ok-ci: deno task ok:ci",
    "site-dev: deno task dev",
  ],
};

export const COMPOSER: Repository = {
  name: "a package of PHP",
  files: {
    "composer.json": JSON.stringify({
      name: "acme/app",
      scripts: {
        test: "phpunit",
        analyse: ["phpstan analyse", "@test"],
        "post-install-cmd": "true",
        "cs-fix": "php-cs-fixer fix",
      },
      "scripts-descriptions": { test: "Run all tests" },
    }),
    "phpunit.xml": "",
  },
  lists: {
    composer: {
      argv: ["composer", "run-script", "--list", "--no-interaction"],
      form: "indented",
      names: ["test", "analyse", "post-install-cmd", "cs-fix"],
      notProposed: { "composer calls it": ["post-install-cmd"] },
    },
  },
  jobs: [
    "test: composer run-script test --",
    "analyse: composer run-script analyse --",
    "cs-fix: composer run-script cs-fix --",
  ],
};
