"""Tasks that wait in django-q2's queue name the function to run; some have moved since."""

from django.db import migrations
from django_q.signing import BadSignature, SignedPackage

MOVED = {"jobs.sweep.run": "jobs.engine.sweep.run"}


def rename(apps, schema_editor, names=MOVED):
    waiting = apps.get_model("django_q", "OrmQ").objects.using(schema_editor.connection.alias)
    for row in waiting.all():
        try:
            task = SignedPackage.loads(row.payload)
        except BadSignature:  # of another SECRET_KEY: no worker would run it either
            continue
        if task.get("func") in names:
            row.payload = SignedPackage.dumps(task | {"func": names[task["func"]]})
            row.save(update_fields=["payload"])


def rename_back(apps, schema_editor):
    rename(apps, schema_editor, {new: old for old, new in MOVED.items()})


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0005_selections"),
        ("django_q", "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more"),
    ]

    operations = [migrations.RunPython(rename, rename_back)]
