"""The small closed sets of the documents app."""

from django.db import models


class DocumentType(models.TextChoices):
    RESOLUTION = "nghi-quyet", "Nghị quyết"
    DIRECTIVE = "chi-thi", "Chỉ thị"
    LAW = "luat", "Luật"
    PLAN = "ke-hoach", "Kế hoạch"
    PROGRAMME = "chuong-trinh", "Chương trình"
    DECREE = "nghi-dinh", "Nghị định"


class DocumentStatus(models.TextChoices):
    IN_FORCE = "in_force", "Còn hiệu lực"
    REPLACED = "replaced", "Đã được thay thế"
    HISTORICAL = "historical", "Đã hết thời kỳ"
    UNKNOWN = "unknown", "Chưa xác định"


class RelationKind(models.TextChoices):
    IMPLEMENTS = "implements", "triển khai"
    PRECEDED_BY = "preceded_by", "có văn bản trước là"
    REPLACED_BY = "replaced_by", "được thay bởi"
    AMENDED_BY = "amended_by", "được sửa bởi"
    RELATED = "related", "liên quan"
