import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { Token } from "cdktf";
import { describe, expect, it } from "vitest";
import { Gcp } from "../../lib/gcp/index.js";
import { DATABASE_SIZES } from "../../lib/workload/machine-size.js";
import { gcp, PROJECT, REGION, synthGcp, synthInNetwork } from "../support/gcp.js";
import { all, only, synth } from "../support/synth.js";

describe("Google Cloud", () => {
  it("labels everything by way of the provider (42)", () => {
    const { provider } = synthGcp(() => {}, { labels: { team: "quality" } });
    expect(provider.google).toEqual([
      { project: PROJECT, region: REGION, default_labels: { application: "coverstack", team: "quality" } },
    ]);
  });

  it("works through a provider that the stack has already", () => {
    const stack = synth((stack) => {
      const provider = new GoogleProvider(stack, "theirs", { project: PROJECT, region: REGION, alias: "coverage" });
      const cloud = new Gcp(stack, "gcp", { project: PROJECT, region: REGION, provider });
      cloud.network(stack, "network", { reach: "private" });
    });
    expect(stack.provider.google).toHaveLength(1);
    const providers = Object.values(stack.resource).flatMap((named) =>
      Object.values(named).map(({ provider }) => provider),
    );
    expect(new Set(providers)).toEqual(new Set(["google.coverage"]));
  });

  it("switches the APIs on that its parts call, once each, and never off", () => {
    const stack = synthInNetwork((cloud, stack) => {
      cloud.secret(stack, "secret", { generate: { password: 20 } });
      cloud.registry(stack, "registry");
    });
    const services = all(stack, "google_project_service");
    expect(services.map(({ service }) => service).sort()).toEqual([
      "artifactregistry.googleapis.com",
      "compute.googleapis.com",
      "containerscanning.googleapis.com",
      "secretmanager.googleapis.com",
      "servicenetworking.googleapis.com",
    ]);
    for (const service of services) expect(service.disable_on_destroy).toBe(false);
    expect(only(stack, "google_secret_manager_secret").depends_on).toEqual([
      expect.stringMatching(/^google_project_service\.gcp_api-secretmanager/),
    ]);
  });

  it("leaves the APIs alone when told to", () => {
    const stack = synthGcp((cloud, stack) => cloud.registry(stack, "registry"), { enableApis: false });
    expect(all(stack, "google_project_service")).toEqual([]);
    expect(only(stack, "google_artifact_registry_repository")).toMatchObject({ depends_on: [] });
  });

  it("lays overrides over the resources of a part, and keeps what they do not name", () => {
    const overrides = { database: { instance: { settings: { insightsConfig: { queryStringLength: 4500 } } } } };
    const stack = synthInNetwork(
      (cloud, stack, network) => {
        const size = DATABASE_SIZES["database-2"];
        const props = { network, size, storageGb: 20, highAvailability: false, backupDays: 7, protect: false };
        cloud.database(stack, "database", props);
      },
      { overrides },
    );
    expect(only(stack, "google_sql_database_instance").settings).toMatchObject({
      tier: "db-custom-2-8192",
      insights_config: { query_insights_enabled: true, query_string_length: 4500 },
    });
  });

  it("fails for what is no project, region or label", () => {
    expect(() => gcp({ project: "Quality" })).toThrow(
      `[test/gcp] 'project' is not in Google's form, got "Quality"; allowed: a project's id such as quality-247012`,
    );
    expect(() => gcp({ region: "eu-west-1" })).toThrow("'region' is not in Google's form");
    expect(() => gcp({ labels: { Team: "quality" } })).toThrow(`'labels' is not in Google's form, got "Team"`);
    expect(() => gcp({ labels: { team: "Quality" } })).toThrow(`'labels' is not in Google's form, got "Quality"`);
  });

  it("takes a project and region that Terraform alone knows", () => {
    const token = Token.asString({ resolve: () => "later" });
    expect(() => gcp({ project: token, region: token })).not.toThrow();
  });

  it("fails for another provider's project or region, and for labels on a foreign provider", () => {
    const { stack } = gcp();
    const provider = new GoogleProvider(stack, "theirs", { project: PROJECT, region: "europe-north1" });
    expect(() => gcp({ provider })).toThrow(
      `'region' must be the provider's, got "${REGION}"; pass europe-north1, or another provider`,
    );
    expect(() => gcp({ provider, region: "europe-north1", labels: {} })).toThrow(
      "'labels' and 'provider' exclude each other; set defaultLabels on the provider that you pass",
    );
  });
});
