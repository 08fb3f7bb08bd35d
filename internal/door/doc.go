// Package door is what every door of the house needs, whatever it shows to whom: who asks and whether they may pass,
// how much may be asked, how a request is refused, and where a page of a list ends. The API stands on it, and so does
// whatever stands beside the API.
package door
