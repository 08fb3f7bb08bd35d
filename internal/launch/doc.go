// Package launch makes this program out of its parts: it reads the configuration, finds or starts the databases and the
// broker, and opens the house, its feed and its door. Commands and the demo are written on it; it holds no rule of the
// trade.
package launch
