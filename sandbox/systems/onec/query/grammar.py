"""The grammar of conditions: `$filter`, and `Condition` of virtual tables, read by recursive descent into one term (contract §3.2).

or < and < not < eq ne gt ge lt le < add sub < mul div < literals, paths, functions, lambdas, brackets.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sandbox.systems.onec.base import Row
from sandbox.systems.onec.errors import ODataError, bad_option, no_entity, no_segment
from sandbox.systems.onec.model.catalogue import RESOURCES
from sandbox.systems.onec.model.kinds import Sort
from sandbox.systems.onec.model.shape import Resource
from sandbox.systems.onec.query import terms
from sandbox.systems.onec.query.functions import FUNCTIONS, is_of
from sandbox.systems.onec.query.scope import Scope
from sandbox.systems.onec.query.terms import Term
from sandbox.systems.onec.query.tokens import Token, tokens

_FLAGS = {"true": True, "false": False}
_SORTS = {"guid": Sort.REF, "datetime": Sort.MOMENT, "text": Sort.TEXT, "number": Sort.NUMBER}
_LAMBDAS: dict[str, Callable[..., bool]] = {"any": any, "all": all}


def condition(source: str, scope: Scope, option: str = "$filter") -> Callable[[Row], bool]:
    """Return the test that a condition puts to a row; raises ODataError for one that cannot be read or carried out."""
    reader = _Reader(tokens(source, option), scope, option)
    try:
        term = reader.whole()
    except RecursionError:
        raise bad_option(option) from None
    if term.sort is not Sort.FLAG:
        raise bad_option(option)
    return lambda row: bool(term.compute(row))


class _Reader:
    def __init__(self, words: list[Token], scope: Scope, option: str) -> None:
        self._words, self._scope, self._option = words, scope, option
        self._inner: dict[str, Scope] = {}
        self._had_lambda = False

    def whole(self) -> Term:
        term = self._or()
        self._expect("end", "")
        return term

    def _or(self) -> Term:
        term = self._and()
        while self._takes("or"):
            term = terms.either(term, self._and())
        return term

    def _and(self) -> Term:
        term = self._not()
        while self._takes("and"):
            term = terms.both(term, self._not())
        return term

    def _not(self) -> Term:
        return terms.negated(self._not()) if self._takes("not") else self._comparison()

    def _comparison(self) -> Term:
        left = self._sum()
        word = self._word(terms.COMPARISONS)
        return terms.compared(word, left, self._sum()) if word else left

    def _sum(self) -> Term:
        term = self._product()
        while word := self._word(("add", "sub")):
            term = terms.calculated(word, term, self._product())
        return term

    def _product(self) -> Term:
        term = self._factor()
        while word := self._word(("mul", "div")):
            term = terms.calculated(word, term, self._factor())
        return term

    def _factor(self) -> Term:
        token = self._next()
        if token.sort in _SORTS:
            return terms.constant(_SORTS[token.sort], token.value)
        if token == Token("mark", "("):
            term = self._or()
            self._expect("mark", ")")
            return term
        if token.sort != "name":
            raise bad_option(self._option)
        if token.value in _FLAGS and self._words[0] != Token("mark", "/"):
            return terms.constant(Sort.FLAG, _FLAGS[token.value])
        if self._words[0] == Token("mark", "("):
            return self._function(token.value)
        return self._path(token.value)

    def _function(self, name: str) -> Term:
        self._expect("mark", "(")
        if name in ("cast", "isof"):
            return self._typed(name)
        if name not in FUNCTIONS:
            raise bad_option(self._option)
        arguments = [self._or()]
        while self._takes_mark(","):
            arguments.append(self._or())
        self._expect("mark", ")")
        counts, work = FUNCTIONS[name]
        if len(arguments) not in counts:
            raise ODataError(400, 12, f'Не указан аргумент метода "{name}"')
        return work(arguments)

    def _typed(self, name: str) -> Term:
        term = self._or()
        self._expect("mark", ",")
        said = self._next()
        self._expect("mark", ")")
        target = RESOURCES.get(str(said.value).removeprefix("StandardODATA."))
        if said.sort != "text" or target is None or not target.is_object:
            raise no_entity(str(said.value))
        return is_of(term, target.name) if name == "isof" else self._cast(term, target)

    def _cast(self, term: Term, target: Resource) -> Term:
        wanted = f"StandardODATA.{target.name}"

        def narrowed(row: Row) -> str | None:
            value, kind = term.compute(row)
            return value if kind == wanted else None

        compute = narrowed if term.sort is Sort.COMPOSITE else terms.demand(term, Sort.REF)
        cast = Term(Sort.REF, compute, target, is_cast=True)
        if not self._takes_mark("/"):
            return cast
        names = self._names()
        start = partial(_looked_up, self._scope, target.name, compute)
        return self._scope.follow(start, target.by_prop, names)

    def _names(self) -> list[str]:
        names = [self._expect("name").value]
        while self._takes_mark("/"):
            names.append(self._expect("name").value)
        return names

    def _path(self, first: str) -> Term:
        names = [first]
        while self._takes_mark("/"):
            names.append(self._expect("name").value)
        if names[-1] in _LAMBDAS and self._words[0] == Token("mark", "("):
            return self._lambda(names)
        if self._inner and (first not in self._inner or not names[1:]):
            raise no_segment(first)  # within a lambda only the row of the section has names
        return self._inner[first].path(names[1:]) if self._inner else self._scope.path(names)

    def _lambda(self, names: list[str]) -> Term:
        section = self._scope.sections.get(names[0])
        if section is None or len(names) != 2:
            raise no_segment(names[0])
        if self._had_lambda:
            raise bad_option(self._option)
        self._had_lambda = True
        self._expect("mark", "(")
        variable = self._expect("name").value
        self._expect("mark", ":")
        self._inner[variable] = Scope(self._scope.base, section.by_prop, {})
        test = terms.demand(self._or(), Sort.FLAG)
        del self._inner[variable]
        self._expect("mark", ")")
        over = _LAMBDAS[names[1]]
        return Term(Sort.FLAG, lambda row: over(test(line) for line in row[section.name]))

    def _next(self) -> Token:
        return self._words.pop(0) if len(self._words) > 1 else self._words[0]

    def _expect(self, sort: str, value: str | None = None) -> Token:
        token = self._next()
        if token.sort != sort or (value is not None and token.value != value):
            raise bad_option(self._option)
        return token

    def _takes(self, word: str) -> bool:
        return bool(self._word((word,)))

    def _word(self, words: tuple[str, ...] | frozenset[str]) -> str:
        token = self._words[0]
        return str(self._next().value) if token.sort == "name" and token.value in words else ""

    def _takes_mark(self, mark: str) -> bool:
        if self._words[0] == Token("mark", mark):
            self._next()
            return True
        return False


def _looked_up(scope: Scope, name: str, compute: terms.Compute, row: Row) -> Row | None:
    key = compute(row)
    return None if key is None else scope.base.row(name, key)
