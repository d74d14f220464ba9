"""English words that questions and texts use for one another, so that "Who funded it?" finds "supported by"."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from graphs.index import tokenize
from kgqa.foreign_synonyms import FOREIGN_GROUPS

_GROUPS = """
fund funded funding support supported sponsor sponsored sponsoring finance financed grant
write wrote written author authors
create created develop developed make made invent invented design designed build built construct constructed devised
begin began begun start started launch launched
end ended finish finished stop stopped conclude concluded terminate terminated termination
buy bought purchase purchased acquire acquired
use used employ employed utilize utilized utilise apply applied
need needed require required requires necessary must
replace replaced supersede superseded supersedes succeed succeeded deprecated
big large size
small little tiny
quick fast speed rapid
doctor physician
disease illness disorder
medicine medication drug
surgery operation procedure
car vehicle automobile
woman women female females
man men male males
picture image photo photograph
advantage benefit benefits merit
drawback disadvantage limitation shortcoming weakness
mistake error fault
allow allowed permit permitted enable enabled let
forbid forbidden prohibit prohibited disallow disallowed
contain contains include includes included comprise comprises consist consists
maximum max most largest highest
minimum min least smallest lowest
suggest suggested propose proposed recommend recommended advise advised
delete deleted remove removed erase erased
choose chosen chose select selected pick picked
find found discover discovered detect detected
lead led head headed chair chaired direct directed
reach reached achieve achieved attain attained obtain obtained
answer reply response
company firm corporation enterprise
job jobs employment
worker workers employee employees staff
pupil student students
film movie
country nation state
price cost costs fee
fee fees charge charges
salary income wage earnings
average mean
yearly annual annually
buyer customer client
dead died die death deceased
born birth
married wife husband spouse wed
show shows shown display displays displayed
give gives given provide provides provided supply supplies supplied offer offers offered
happen happened occur occurred occurs
get obtain receive received
keep kept store stored retain retained
send sent transmit transmitted
change changed modify modified alter altered
increase increased rise rose risen grow grew grown
decrease decreased fall fell fallen decline declined drop dropped reduce reduced
test tested evaluate evaluated
default initial preset
cause caused reason
license licence licensed licenced distributed
cover covers covered span spans spanned
locate located situate situated headquartered based
publish published issue issued release released
measure measured record recorded
calculate calculated compute computed
goal aim objective purpose
expensive costly
teacher teachers instructor instructors teach teaches taught lecturer
child children kid kids
join joined joins merge merged combine combined
attend attended participate participated
warranty guarantee
old former previous prior
rain rainfall precipitation
change changes variation
forename firstname
effective valid
"""


@lru_cache(maxsize=1)
def _groups() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for i, line in enumerate(f"{_GROUPS}{FOREIGN_GROUPS}".split("\n")):
        for stem in tokenize(line):
            found.setdefault(stem, set()).add(i)
    return {stem: frozenset(groups) for stem, groups in found.items()}


def synonyms(word: str, among: Iterable[str]) -> list[str]:
    """Return those of some words, all as the index counts them, that stand for another one; not the word itself.

    >>> synonyms("fund", ["support", "fund", "lizard"])
    ['support']
    """
    known = _groups()
    own = known.get(word)
    if own is None:
        return []
    return [other for other in among if other != word and not own.isdisjoint(known.get(other, ()))]
