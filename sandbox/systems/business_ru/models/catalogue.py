"""All models by name; a name that is not here is answered with 405."""

from __future__ import annotations

from sandbox.systems.business_ru.models.directories import DIRECTORIES
from sandbox.systems.business_ru.models.documents import DOCUMENTS
from sandbox.systems.business_ru.models.payments import PAYMENTS
from sandbox.systems.business_ru.models.shape import Model

MODELS: dict[str, Model] = {model.name: model for model in (*DIRECTORIES, *DOCUMENTS, *PAYMENTS)}
