"""Makes and shows .torrent files with libtorrent: create v1|v2|hybrid PATH OUT, or show FILE."""

import os
import sys

import libtorrent as lt


def create(mode, path, out):
    files = lt.file_storage()
    lt.add_files(files, path)
    # The binding of 2.0.8 lacks v1_only, which is 64.
    flags = {"v1": 64, "v2": lt.create_torrent_flags_t.v2_only, "hybrid": 0}[mode]
    torrent = lt.create_torrent(files, 32 * 1024, int(flags))
    torrent.add_tracker("http://t.example/announce")
    lt.set_piece_hashes(torrent, os.path.dirname(path))
    with open(out, "wb") as target:
        target.write(lt.bencode(torrent.generate()))


def show(path):
    info = lt.torrent_info(path)
    hashes = info.info_hashes()
    print("v1", hashes.v1 if hashes.has_v1() else "-")
    print("v2", hashes.v2 if hashes.has_v2() else "-")
    print("name", info.name())
    files = info.files()
    for i in range(files.num_files()):
        if not files.file_flags(i) & lt.file_flags_t.flag_pad_file:
            print("file", files.file_size(i), files.file_path(i))


if sys.argv[1] == "create":
    create(*sys.argv[2:])
show(sys.argv[-1])
