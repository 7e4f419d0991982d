import { generateKeyPairSync } from "node:crypto";

/** A self-signed certificate for simulated.invalid, whose key nobody has: for configurations that parse one. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBjzCCATWgAwIBAgIUKS/eCBo9GtfOxl7gMsu8qOuqoWUwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRc2ltdWxhdGVkLmludmFsaWQwIBcNMjYxMTIxMDkyMzQ3WhgP
MjEyNjEwMjgwOTIzNDdaMBwxGjAYBgNVBAMMEXNpbXVsYXRlZC5pbnZhbGlkMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAECYPi1v0V1ghqNS63WRHd9FQsB/bRkgZY
28T1FpLDWxjvnlQjSapWxh/EJhW/RU3i9ho2LgvQu0IXHH3ILv6H/aNTMFEwHQYD
VR0OBBYEFAlcomRF7XvBKrYeR+MNDrmNbhqNMB8GA1UdIwQYMBaAFAlcomRF7XvB
KrYeR+MNDrmNbhqNMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIg
DTYj2yAQ7kdtyXZGGnJL7jFZZtAdvVmTKDeUi6z4obkCIQD0YmBTsNhrQSJJSJX7
DGv/Wpd0n3ha65ZtgFull3VjxA==
-----END CERTIFICATE-----
`;

let keys: { readonly privateKey: string; readonly publicKey: string } | undefined;

/** A pair of keys in PEM, made when the first is asked for. */
export function keyPair() {
  keys ??= generateKeyPairSync("ec", {
    namedCurve: "P-256",
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  return keys;
}
