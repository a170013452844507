/** Repositories that CMake builds. */

import type { Repository } from "./repository.ts";

export const CMAKE: Repository = {
  name: "a program in C++ with presets of CMake, some of them for another system",
  files: {
    "CMakeLists.txt": "cmake_minimum_required(VERSION 3.25)\nproject(app CXX)\nenable_testing()\n",
    "CMakePresets.json": JSON.stringify({
      version: 4,
      include: ["cmake/presets.json"],
      configurePresets: [
        { name: "base", hidden: true, binaryDir: "${sourceDir}/build/${presetName}" },
        {
          name: "unix",
          hidden: true,
          inherits: "base",
          condition: { type: "inList", string: "${hostSystemName}", list: ["Linux", "Darwin"] },
        },
        { name: "debug", displayName: "Debug", inherits: "unix" },
        { name: "release", description: "Fast", inherits: ["unix", "common"] },
        {
          name: "msvc",
          inherits: "base",
          condition: { type: "equals", lhs: "${hostSystemName}", rhs: "Windows" },
        },
      ],
      buildPresets: [
        { name: "debug", configurePreset: "debug" },
        { name: "msvc", configurePreset: "msvc" },
      ],
      testPresets: [{ name: "debug", configurePreset: "debug" }, {
        name: "release",
        configurePreset: "release",
      }],
    }),
    "cmake/presets.json": JSON.stringify({
      version: 4,
      configurePresets: [{ name: "common", hidden: true }],
    }),
  },
  lists: {
    cmake: {
      argv: ["cmake", "--list-presets", "all"],
      form: "quoted",
      names: ["debug", "release", "msvc"],
      notProposed: { "it stands on a preset for another system": ["msvc"] },
    },
  },
  jobs: [
    "configure-debug: cmake --preset debug",
    "configure-release: cmake --preset release",
    "build: cmake --build --preset debug",
    "test-debug: ctest --preset debug",
    "test-release: ctest --preset release",
  ],
};
