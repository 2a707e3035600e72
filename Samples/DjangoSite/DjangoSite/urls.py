"""Which view answers which address."""

from django.contrib import admin
from django.urls import path

from app import views

urlpatterns = [
    path("", views.home, name="home"),
    path("polls/<int:question_id>/", views.vote, name="vote"),
    path("polls/<int:question_id>/results/", views.results, name="results"),
    path("about/", views.about, name="about"),
    path("admin/", admin.site.urls),
]
