import type { Exposure } from "./cluster.js";

export interface IngressControllerProps {
  /** The controller's class. */
  readonly className: string;
  /** @default none */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /** Name of a Kubernetes secret with the certificate, in the service's namespace. @default the controller's own */
  readonly tlsSecret?: string | undefined;
  /** Namespace of the controller's pods, which alone may call web pods. @default the class's name */
  readonly controllerNamespace?: string | undefined;
}

/** How web pods are reached from outside the cluster, where it is not the cloud's own way (F3). */
export class Ingress {
  /** Not at all, as far as this library goes: a service inside the cluster to do with as one likes. */
  static none(): Ingress {
    return new Ingress({ service: { type: "ClusterIP", annotations: {} } });
  }

  /** Through a controller that the cluster has already. */
  static controller(props: IngressControllerProps): Ingress {
    const { className, annotations = {}, tlsSecret, controllerNamespace = className } = props;
    return new Ingress({
      service: { type: "ClusterIP", annotations: {} },
      ingress: { className, annotations, tlsSecret, controller: { namespace: controllerNamespace } },
    });
  }

  private constructor(readonly exposure: Exposure) {}
}
