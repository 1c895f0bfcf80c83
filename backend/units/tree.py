"""treebeard's materialized-path node, with the types that it does not ship."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

if TYPE_CHECKING:

    class TreeNode(models.Model):
        """What we use of `MP_Node`: `path` holds `steplen` characters for each level."""

        path = models.CharField(max_length=255, unique=True)
        depth = models.PositiveIntegerField()
        numchild = models.PositiveIntegerField(default=0)
        steplen: ClassVar[int]
        alphabet: ClassVar[str]

        class Meta:
            abstract = True

        @classmethod
        def add_root(cls, **fields: Any) -> Any: ...

        @classmethod
        def find_problems(cls) -> tuple[list[Any], ...]: ...

        @classmethod
        def _get_path(cls, path: str, depth: int, newstep: int) -> str: ...

        def add_child(self, **fields: Any) -> Any: ...

        def move(self, target: Any, pos: str) -> None: ...

else:
    from treebeard.mp_tree import MP_Node as TreeNode

__all__ = ["TreeNode"]
