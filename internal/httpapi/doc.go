// Package httpapi is the door: HTTP, OpenAPI 3.1, bearer tokens, problems (RFC 9457), limits and metrics.
//
// One table (routes.go) says which doors there are and who may pass each; whose data a person then sees or changes is
// decided by the use case behind it. No rule of insurance lives here.
package httpapi
