package dossier

import (
	"gongbao/claims"
	"gongbao/internal/filestore"
	"gongbao/internal/pg"
)

// Service is the dossier: it needs the claims, the database and a store for bytes.
type Service struct {
	claims *claims.Service
	db     *pg.DB
	files  filestore.Store
}

// NewService gives the dossier what it needs.
func NewService(service *claims.Service, db *pg.DB, files filestore.Store) *Service {
	return &Service{claims: service, db: db, files: files}
}
