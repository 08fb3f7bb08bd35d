// Package tidy holds the house rules as tests: floors, sizes, banned calls, refusals and comments.
//
// The tests parse the files of the module themselves. A test that asks `go list` is cached by go test and misses new
// imports; files that a test opens and folders that it reads are tracked, so an edit anywhere makes these tests run
// again.
package tidy
