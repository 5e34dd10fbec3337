package bucket

import (
	"slices"
	"time"
)

// stateVersion is the version of State that is written and read here.
const stateVersion = 1

// A State is what the buckets are and hold, in a form that outlives the
// process: plain values, lists in order. Unfinished multipart uploads are not
// kept: their ids are unknown afterwards.
type State struct {
	Version int
	Buckets []BucketState // by name
}

// A BucketState is one bucket with its settings; a setting that is empty or nil
// is not configured.
type BucketState struct {
	Name              string
	Created           time.Time
	PublicAccessBlock *PublicAccessBlock
	ObjectOwnership   string
	Encryption        string
	Versioning        string
	Policy            string // with the ARNs of identities that are gone since
	CORS              []CORSRule
	Objects           []ObjectState // by key
}

// An ObjectState is a key with its versions.
type ObjectState struct {
	Key      string
	Versions []VersionState // the latest last; at least one
}

// A VersionState is a version or delete marker. JSON leaves the body out: who
// keeps a State keeps the bodies beside it, under a name of its own in Blob.
type VersionState struct {
	ID           string // "null" for what was put without versioning
	DeleteMarker bool   // then all below but LastModified is empty
	LastModified time.Time

	Body []byte `json:"-"` // of the Service; not to be changed
	Blob string // State leaves it empty, Restore does not read it

	ContentType        Text
	CacheControl       Text
	ContentDisposition Text
	ContentEncoding    Text
	ContentLanguage    Text
	Expires            Text
	Metadata           map[string]Text

	ETag              string
	Encryption        string
	StorageClass      string // "": STANDARD
	ChecksumAlgorithm string // "crc64nvme"
	Checksum          string // base64
}

// State returns the buckets of this moment. The caller owns it, but for the
// bodies.
func (s *Service) State() State {
	s.mu.RLock()
	defer s.mu.RUnlock()
	state := State{Version: stateVersion, Buckets: []BucketState{}}
	for _, name := range sortedKeys(s.buckets) {
		state.Buckets = append(state.Buckets, s.buckets[name].keep(name))
	}
	return state
}

// keep needs the lock of the Service.
func (b *state) keep(name string) BucketState {
	kept := BucketState{
		Name: name, Created: b.created.UTC().Round(0), // without the monotonic reading
		ObjectOwnership: b.ownership, Encryption: b.encryption, Versioning: b.versioning,
		CORS: cloneRules(b.cors), Objects: []ObjectState{},
	}
	if b.block != nil {
		block := *b.block
		kept.PublicAccessBlock = &block
	}
	if b.policy != nil {
		kept.Policy = b.policy.text
	}
	for _, key := range sortedKeys(b.objects) {
		o := ObjectState{Key: key}
		for _, v := range b.objects[key] {
			o.Versions = append(o.Versions, v.keep())
		}
		kept.Objects = append(kept.Objects, o)
	}
	return kept
}

func (v *version) keep() VersionState {
	return VersionState{
		ID: v.id, DeleteMarker: v.marker, LastModified: v.LastModified, Body: slices.Clip(v.Body),
		ContentType: Text(v.ContentType), CacheControl: Text(v.CacheControl), ContentDisposition: Text(v.ContentDisposition),
		ContentEncoding: Text(v.ContentEncoding), ContentLanguage: Text(v.ContentLanguage), Expires: Text(v.Expires), Metadata: convert[Text](v.Metadata),
		ETag: v.ETag, Encryption: v.Encryption, StorageClass: v.StorageClass,
		ChecksumAlgorithm: v.checksum.algorithm, Checksum: v.checksum.value,
	}
}

func (kept VersionState) version() *version {
	return &version{
		id: kept.ID, marker: kept.DeleteMarker, checksum: checksum{kept.ChecksumAlgorithm, kept.Checksum},
		Object: Object{
			Body: kept.Body, LastModified: kept.LastModified.UTC(),
			ContentType: string(kept.ContentType), CacheControl: string(kept.CacheControl), ContentDisposition: string(kept.ContentDisposition),
			ContentEncoding: string(kept.ContentEncoding), ContentLanguage: string(kept.ContentLanguage), Expires: string(kept.Expires), Metadata: convert[string](kept.Metadata),
			ETag: kept.ETag, Encryption: kept.Encryption, StorageClass: kept.StorageClass,
		},
	}
}

// convert copies a map; nil stays nil.
func convert[To, From ~string](m map[string]From) map[string]To {
	if m == nil {
		return nil
	}
	out := map[string]To{}
	for name, value := range m {
		out[name] = To(value)
	}
	return out
}
