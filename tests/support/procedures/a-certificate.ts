import { X509Certificate } from "node:crypto";

/** A certificate with an RSA key of 2048 bits, whose private part was not kept, as PEM. */
export const aCertificate = [
  "-----BEGIN CERTIFICATE-----",
  "MIICsDCCAZigAwIBAgIBATANBgkqhkiG9w0BAQsFADAPMQ0wCwYDVQQDDAR0ZXN0MCIYDzIwMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMD",
  "BaMA8xDTALBgNVBAMMBHRlc3QwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQDGKUtulxV7odr8o820hw8iO+v4MTDTljc8MFiA3EOJ",
  "OSyqz/z5SqjgBlFcaTT+NLZ2eGr+nBuDUPudWBShPd/jqmMfQLnllxefRGGYYmlItSaIKSU+tLnh9oSzSuI5Zhk0//WyVQtddAHawEVNY9VUAd",
  "6p53jdRnPRCnvT2vw6lxqixKtXbs4nR5pjannDrV5kUZm+wjZ0yOysOS5loB2jV65+MTfFxFwhZ+M/4fCkPybCm3+MUpAX8fGwZVr2kzupdaTD",
  "3NK50fV2AVvH7duyZXQUqLLsM7Jl8AWvuri/t3FiqByrQXjtqXWyOCzF7XMICEiTHp5XX1U7rIp55UExAgMBAAGjEzARMA8GA1UdEQQIMAaHBH",
  "8AAAEwDQYJKoZIhvcNAQELBQADggEBAMOkuEUEU17sLd6f28+n+m2dOaurk26XR6l4ekJqm8MX0QngeGTh92kgtKxJNEzyyg0EfW5558rhW4Bt",
  "9apw9P5y1lYDAqby+SjY/95putMDPiCYfic2nW+xcs/Vy9Bq+B3SGLq3lN4yeIINQrM9ZdGlJI5bNdINJQQOLYOMsH0UZYqWox8TxwFX6Jz9z7",
  "r/ocBW3+sNoEw8XHpjJmnGrOVY/kz4VNBgs9ywErP+PDlu4OhLk/kal9lk3CXU1urIEJoKi2k3T60ncuD8JDSvxvBPDFsww1odd4SGbkCkpHtU",
  "NbioNchJDfDrTO5xzFvjlkSRYyi71AYAhnwa5c5OLWE=",
  "-----END CERTIFICATE-----",
].join("\n");

/** Its SHA-256 fingerprint, as pages show it. */
export const aFingerprint = new X509Certificate(aCertificate).fingerprint256;
