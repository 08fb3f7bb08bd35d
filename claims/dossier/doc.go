// Package dossier keeps the documents of a claim 案卷: facts about each in the book, with its SHA-256, and its bytes in a
// store. It decides nothing about the claim; evidence is checked off in package claims, and may name a document.
package dossier
