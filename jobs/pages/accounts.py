"""Login, logout and password change: Django's views with our templates."""

from django.contrib import messages
from django.contrib.auth import views
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse_lazy


class LogIn(views.LoginView):
    """The login page; people who are already logged in are sent to the upload page."""

    template_name = "account/login.html"
    redirect_authenticated_user = True


class ChangePassword(views.PasswordChangeView):
    """Changes one's own password and ends other sessions."""

    template_name = "account/password.html"
    success_url = reverse_lazy("upload")

    def form_valid(self, form: Form) -> HttpResponse:
        messages.success(self.request, "Your password was changed.")
        return super().form_valid(form)


log_in = LogIn.as_view()
log_out = views.LogoutView.as_view()
change_password = ChangePassword.as_view()
