"""URLs of the plugins' API, below ``/v1/``."""

from forgesyte.api_router import Router
from plugins_app.api.views import PluginViewSet

router = Router()
router.register("plugins", PluginViewSet, "api-plugin")

urlpatterns = router.urls
