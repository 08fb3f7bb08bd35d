// Package httpapi is the door: HTTP, OpenAPI 3.1, bearer tokens, problems (RFC 9457), limits and metrics.
//
// Every route is declared where it is handled: who may pass, where it is, which command it makes. Whose data a person
// then sees or changes is decided by the use case behind it. No rule of insurance lives here.
package httpapi
