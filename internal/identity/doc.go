// Package identity turns a bearer token into the person who asks.
//
// In production tokens come from an OpenID provider: it is discovered, its keys rotate, its audience is checked. The
// demo and a lonely machine sign their own with a key kept in the data folder. Both are checked by the same verifier.
package identity
