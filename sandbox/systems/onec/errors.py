"""How the infobase says no: an HTTP status, the platform's inner code and a text in Russian (contract §1.5)."""

from __future__ import annotations


class ODataError(Exception):
    """A request that is not obeyed. `code` is the platform's own; the text echoes what the caller wrote."""

    def __init__(self, status: int, code: int, text: str) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text


class PageError(Exception):
    """A request that never reaches the platform's interface: the web server answers with a page."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status, self.title = status, title


def raised(text: str) -> ODataError:
    """Return what an exception inside 1C becomes."""
    return ODataError(500, -1, text)


def not_in_where() -> ODataError:
    """Return the answer to a comparison that the query language does not know."""
    return raised('Операция не разрешена в предложении "ГДЕ"')


def bad_option(option: str) -> ODataError:
    """Return the answer to a query option that cannot be parsed."""
    return ODataError(400, 14, f'Ошибка при разборе опции запроса "{option}"')


def no_segment(name: str) -> ODataError:
    """Return the answer to a field or a segment of a path that is not there."""
    return ODataError(400, 6, f'Сегмент пути "{name}" не найден!')


def no_method(name: str) -> ODataError:
    """Return the answer to a function that the set does not have."""
    return ODataError(400, 6, f'Метод не найден: "{name}"')


def no_entity(name: str) -> ODataError:
    """Return the answer to a set that does not exist or is not published."""
    return ODataError(404, 8, f'Сущность "{name}" не найдена')


def no_instance(name: str) -> ODataError:
    """Return the answer to a key that nothing bears."""
    return ODataError(404, 9, f'Экземпляр сущности "{name}" не найден')


def not_parsed(text: str, type_name: str) -> ODataError:
    """Return the answer to a literal that is not of its type."""
    return ODataError(400, 1, f'Ошибка преобразования строки "{text[:64]}" в тип "{type_name}"')


def bad_value(name: str) -> ODataError:
    """Return the answer to a property's value that the property cannot hold."""
    return ODataError(400, 4, f'Неверное значение свойства "{name}"')


def not_allowed(method: str) -> ODataError:
    """Return the answer to a method that does not go with its address."""
    return ODataError(405, 19, f'HTTP-метод "{method}" не разрешен для данного ресурса')
