import type { Service } from "../../service.js";
import { requireOpenAccess } from "../access.js";
import type { Routes } from "../app.js";
import { assetRoutes } from "./assets.js";
import { commitRoutes } from "./commit-routes.js";
import { repositoryRoutes } from "./repository-routes.js";

/** What people see in their browser: rendered here, without scripts. */
export const pageRoutes =
  (service: Service): Routes =>
  async (app) => {
    await app.register(assetRoutes);
    await app.register(async (pages) => {
      requireOpenAccess(pages, service.settings);
      await pages.register(repositoryRoutes(service));
      await pages.register(commitRoutes(service));
    });
  };
