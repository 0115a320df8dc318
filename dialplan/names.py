"""The building blocks of every file of the dialplan: names, keys, languages, and parts that refuse unknown keys."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictStr

Language = Annotated[StrictStr, Field(pattern=r"^[a-z]{2}$")]
Key = Annotated[StrictStr, Field(pattern=r"^[0-9*#]$")]
Name = Annotated[StrictStr, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
PromptKey = Annotated[StrictStr, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")]
Phrases = dict[Language, tuple[StrictStr, ...]]
Texts = dict[Language, StrictStr]


class Part(BaseModel):
    """A part of a file: a key it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)
