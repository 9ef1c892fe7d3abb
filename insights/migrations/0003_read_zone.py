from django.db import migrations, models

# Whatever was read was read in the brand's zone; one that has changed since nobody wrote down.
READ = 'UPDATE insights_fichacliente SET read_zone = timezone'


class Migration(migrations.Migration):

    dependencies = [
        ('insights', '0002_fichacliente_stamp'),
    ]

    operations = [
        migrations.AddField(
            model_name='fichacliente',
            name='read_zone',
            field=models.CharField(blank=True, db_default='', default='', editable=False, max_length=40),
        ),
        migrations.RunSQL(READ, migrations.RunSQL.noop),
    ]
