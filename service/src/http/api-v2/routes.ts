import type { Service } from "../../service.js";
import { requireOpenAccess } from "../access.js";
import type { Routes } from "../app.js";
import { commitRoutes } from "./commit-routes.js";
import { reportRoutes } from "./report-routes.js";
import { repositoryRoutes } from "./repository-routes.js";

/** REST v2: read only, answers in JSON. */
export const apiRoutes =
  (service: Service): Routes =>
  async (app) => {
    requireOpenAccess(app, service.settings);
    await app.register(repositoryRoutes(service));
    await app.register(commitRoutes(service));
    await app.register(reportRoutes(service));
  };
